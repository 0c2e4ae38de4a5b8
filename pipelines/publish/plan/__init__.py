"""What publishing would change on the portal, computed and not yet sent.

Takes a dataset's clean tables and what the portal holds, gives a `Plan`: metadata, fields, rows
and files that differ. Sends nothing.
"""

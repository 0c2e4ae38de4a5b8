"""Text in and out: Arrow text columns, CSV and JSON written, terminal-safe text, A1 addresses.

Knows nothing of tables, files or portals; every other package may use it.
"""

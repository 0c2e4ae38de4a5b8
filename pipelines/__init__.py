"""Publish agency spreadsheets as trustworthy open data on CKAN.

The way of the data: extract → clean → validate → screen → package → plan → publish → verify.
Imports run down only: errors, messages · text · model · project · readers, domain, ckan · the
stages and reports · workflow · status, scaffold · cli. Stages never import each other;
`pipelines.workflow` chains them.
"""

__version__ = "0.1.0"

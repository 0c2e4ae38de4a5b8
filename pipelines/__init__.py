"""Publish agency spreadsheets as trustworthy open data on CKAN.

The way of the data: extract → clean → validate → screen → package → plan → publish → verify.
Ranks (imports run down only): catalogue, errors · model · dataset, schema · readers, ckan ·
the stages · run · cli. The stages never import each other; `pipelines.run` chains them.
"""

__version__ = "0.1.0"

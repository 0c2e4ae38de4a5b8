"""A CKAN portal, spoken to through ckanapi: the only HTTP to a portal in the project."""

from pipelines.ckan.portal import Portal, connect
from pipelines.ckan.problems import Denied, Missing, Rejected, Transient
from pipelines.ckan.tables import TableInfo, duplicate

__all__ = [
    "Denied",
    "Missing",
    "Portal",
    "Rejected",
    "TableInfo",
    "Transient",
    "connect",
    "duplicate",
]

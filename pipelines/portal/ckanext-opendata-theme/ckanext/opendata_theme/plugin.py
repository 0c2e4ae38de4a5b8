"""The CKAN plugin: templates, style, terms, and metadata in the reader's language."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
from ckan.lib.plugins import DefaultTranslation
from ckan.plugins import toolkit

from . import helpers, translation


class OpenDataThemePlugin(p.SingletonPlugin, DefaultTranslation):
    """Theme of the portal. Reads metadata; never writes any."""

    p.implements(p.IConfigurer)
    p.implements(p.ITranslation)
    p.implements(p.ITemplateHelpers)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IGroupController, inherit=True)
    p.implements(p.IOrganizationController, inherit=True)

    def update_config(self, config: Any) -> None:
        toolkit.add_template_directory(config, "templates")
        toolkit.add_public_directory(config, "public")
        toolkit.add_resource("assets", "opendata-theme")

    def get_helpers(self) -> dict[str, Any]:
        own = {name: getattr(helpers, name) for name in helpers.__all__}
        return {
            **own,
            "humanize_entity_type": translation.humanize_entity_type,
            "datastore_dictionary": translation.datastore_dictionary,
            "get_facet_items_dict": translation.get_facet_items_dict,
        }

    def dataset_facets(self, facets_dict: Any, package_type: str) -> Any:
        # Services first: readers look for what they need, not for who holds it.
        first = {
            "groups": toolkit._("Public services"),
            "organization": toolkit._("Offices"),
        }
        return type(facets_dict)(
            {**first, **{k: v for k, v in facets_dict.items() if k not in first}}
        )

    def organization_facets(
        self, facets_dict: Any, organization_type: str, package_type: str | None
    ) -> Any:
        facets_dict["groups"] = toolkit._("Public services")
        return facets_dict

    def group_facets(self, facets_dict: Any, group_type: str, package_type: str | None) -> Any:
        facets_dict["organization"] = toolkit._("Offices")
        facets_dict.pop("groups", None)
        return facets_dict

    def before_dataset_view(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Show a dataset in the reader's language (on pages; the API stays as it is)."""
        translation.translate(pkg_dict, "title", "notes")
        pkg_dict["notes"] = translation.without_api_examples(pkg_dict.get("notes") or "")
        for resource in pkg_dict.get("resources") or []:
            translation.translate(resource, "name", "description")
        translation.translate_organization_and_groups(pkg_dict)
        return pkg_dict

    def before_view(self, data_dict: dict[str, Any]) -> dict[str, Any]:
        """Show a group or an organization in the reader's language."""
        translation.translate(data_dict, "title", "description")
        if data_dict.get("title"):
            data_dict["display_name"] = data_dict["title"]
        return data_dict

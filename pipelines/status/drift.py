"""What differs from the last release, on the portal and in the sources, in few requests.

No row is read: counts, columns, dictionary and metadata are compared with what the release
recorded, and the sources by their checksum. A value edited in place on the portal, with the
number of rows unchanged, is therefore not seen here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipelines.ckan import Denied, Portal
from pipelines.domain.periods import first_day, last_day
from pipelines.model import Table
from pipelines.project.dataset import Dataset
from pipelines.project.descriptor import Office, Service
from pipelines.project.naming import formats
from pipelines.publish.history.releases import DamagedHistory
from pipelines.publish.plan import descriptions, metadata
from pipelines.publish.plan.fields import compare_fields, released_table
from pipelines.publish.plan.metadata import Change
from pipelines.publish.state import Json, PortalState, read_state
from pipelines.publish.values import checksum, local_table
from pipelines.status import Difference, PortalFacts, ReleaseDate
from pipelines.status.freshness import assess_freshness
from pipelines.validate.coverage import data_span

#: Kinds of differences by which the sources' rows are not those of the last release.
ROWS = ("rows", "values", "new", "dropped")


def portal_facts(
    portal: Portal,
    dataset: Dataset,
    tables: Mapping[str, Table] | None,
    now: dt.datetime,
) -> PortalFacts:
    """Return what the portal holds of a dataset, against its sources.

    One request for the dataset, one per table, one for its history. tables: the clean tables;
    None when the sources did not pass, so that only metadata are compared.
    """
    url = f"{portal.url}/dataset/{dataset.name}"
    try:
        state = read_state(portal, dataset.name)
        return _published(portal, state, dataset, tables, now, url)
    except Denied:
        return replace(without_portal(dataset), hidden=True, url=url)
    except DamagedHistory as problem:
        return replace(without_portal(dataset), problem=problem.message, url=url)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        # Somebody put into the portal's records what publishing never writes.
        return replace(without_portal(dataset), problem=type(error).__name__, url=url)


def without_portal(dataset: Dataset) -> PortalFacts:
    """Return what is known without the portal: the period that the descriptor states."""
    cover = dataset.spec.coverage
    return PortalFacts(covered_from=first_day(cover.start), covered_to=last_day(cover.end))


def _published(
    portal: Portal,
    state: PortalState,
    dataset: Dataset,
    tables: Mapping[str, Table] | None,
    now: dt.datetime,
    url: str,
) -> PortalFacts:
    spec = dataset.spec
    begun = state.lock or state.unfinished or state.settling
    unfinished = bool(begun or (state.package and not state.version))
    if not state.version or state.package is None:
        address = url if state.package else ""
        return replace(
            without_portal(dataset), freshness="never", unfinished=unfinished, url=address
        )
    extras = {item["key"]: item["value"] for item in state.package.get("extras", ())}
    want = _want(portal, state, dataset)
    have = metadata.current(state.package)
    releases = _releases(state)
    unpublished = tuple(_unpublished(state, dataset, have, want, tables))
    covered = first_day(extras.get("temporal_start")), last_day(extras.get("temporal_end"))
    if tables is not None and not any(item.kind in ROWS for item in unpublished):
        covered = _covered(dataset, tables, *covered)
    released = releases[-1].time.date() if releases else None
    due = assess_freshness(spec.frequency, covered[1], released, now.astimezone().date())
    return PortalFacts(
        due.freshness,
        state.version,
        releases,
        *covered,
        due.opens,
        due.due,
        due.days,
        () if unfinished else tuple(_edited(state, dataset, have, want)),
        unpublished,
        unfinished,
        url=url,
    )


def _covered(
    dataset: Dataset, tables: Mapping[str, Table], start: dt.date | None, end: dt.date | None
) -> tuple[dt.date | None, dt.date | None]:
    """Return the days that the published rows span, which the sources still hold unchanged.

    A day stated within the first or last period of the rows is more exact and stays.
    """
    span = data_span(tables, dataset.schemas)
    if span is None:
        return start, end
    begins, first_ends = first_day(span.first), last_day(span.first)
    last_begins, ends = first_day(span.last), last_day(span.last)
    if begins and first_ends and not (start and begins <= start <= first_ends):
        start = begins
    if last_begins and ends and not (end and last_begins <= end <= ends):
        end = ends
    return start, end


def _releases(state: PortalState) -> tuple[ReleaseDate, ...]:
    """Return the finished versions with the local time of each, oldest first."""
    times: dict[str, dt.datetime] = {}
    for table in state.infos:
        for release in state.finished(table):
            moment = dt.datetime.fromisoformat(release.time[:19]).replace(tzinfo=dt.UTC)
            times[release.version] = moment.astimezone()
    return tuple(ReleaseDate(version, times[version]) for version in times)


def _want(portal: Portal, state: PortalState, dataset: Dataset) -> Json:
    """Return the metadata that publishing would write now, under the version there is."""
    site = state.site or portal.url
    url = f"{site}/dataset/{dataset.name}"
    ids = {
        name: resource["id"]
        for name in dataset.spec.tables
        if (resource := state.resource(name, "data"))
    }
    # The text names a table's id; where all tables are new, it can't be told yet.
    there = metadata.current(state.package or {})["notes"]
    notes = descriptions.notes(dataset, site=site, resources=ids, url=url) if ids else there
    want = metadata.wanted(dataset, notes=notes, url=url)
    return metadata.add_citations(want, dataset, version=state.version, url=url)


def _recorded(state: PortalState) -> str:
    return str((state.resource("", "datapackage") or {}).get("publish_metadata") or "")


def _named(changes: Sequence[Change]) -> Iterator[Difference]:
    """Yield the descriptor's keys for CKAN's; the citations follow from the others."""
    keys = [change.field.removeprefix("extras.") for change in changes]
    own = [key for key in keys if not key.startswith("citation")] or keys
    for name in dict.fromkeys(map(_descriptor_key, own)):
        yield Difference("metadata", name)


def _descriptor_key(key: str) -> str:
    """Return where the descriptor says what CKAN keeps under a key."""
    place, _, role = key.removeprefix("resources.").partition("/")
    if role:
        return f"tables.{place}" if place else f"resources.{role}"
    return metadata.DESCRIPTOR_KEYS.get(key, key)


def _edited(state: PortalState, dataset: Dataset, have: Json, want: Json) -> Iterator[Difference]:
    """Yield what differs on the portal from what its last release wrote there."""
    package = state.package or {}
    if package.get("state") == "deleted":
        yield Difference("deleted", dataset.name)
    if package.get("private"):
        yield Difference("private", dataset.name)
    ours = {*metadata.OWN_EXTRAS, *dataset.spec.extras}
    own = {key: text for key, text in have["extras"].items() if key in ours and text}
    recorded = _recorded(state)
    as_written = {metadata.digest({**have, "extras": extras}) for extras in (own, have["extras"])}
    if metadata.comparable(recorded) and recorded not in as_written:
        changes = metadata.compare_metadata(have, want, dataset.spec.extras)
        if recorded == metadata.digest(want):
            yield from _named(changes)
        else:  # the descriptor has moved too, so what of it was edited can't be told apart
            yield Difference("some-metadata", dataset.name)
    for resource in state.loaded_files:
        yield Difference("loaded", str(resource.get("name")))
    for table, info in state.infos.items():
        last = next(reversed(state.finished(table)), None)
        if last is None:
            continue
        if info is None:
            yield Difference("gone", table)
            continue
        counted = state.recorded(table)
        if counted is not None and counted[0] != info.rows:
            yield Difference("rows", table, str(counted[0]), str(info.rows))
        for change in compare_fields(table, last.schema, info, None):
            yield Difference(f"field-{change.change}", f"{table}.{change.field}")


def _unpublished(
    state: PortalState,
    dataset: Dataset,
    have: Json,
    want: Json,
    tables: Mapping[str, Table] | None,
) -> Iterator[Difference]:
    """Yield what the descriptor, the schemas and the sources have and the last release has not."""
    if _recorded(state) != metadata.digest(want):
        changes = metadata.compare_metadata(have, want, dataset.spec.extras)
        yield from _named(changes)
    yield from _groups(state, dataset)
    own = state.own()
    for name in dataset.spec.tables:
        last = next(reversed(state.finished(name)), None)
        counted = state.recorded(name)
        if last is None or counted is None:
            yield Difference("new", name)
            continue
        schema = dataset.schemas[name]
        was = released_table(last.schema, counted[0])
        for change in compare_fields(name, schema, was, last.schema.primary_key):
            yield Difference(f"field-{change.change}", f"{name}.{change.field}")
        for kind in formats(dataset, name)[1:]:
            if (name, kind) not in own:
                yield Difference("format", name, after=kind)
        if tables is None or name not in tables:
            continue
        target = local_table(tables[name].frame, schema)
        if target.num_rows != counted[0]:
            yield Difference("rows", name, str(counted[0]), str(target.num_rows))
        elif checksum(target) != counted[1]:
            yield Difference("values", name)
    for table in state.infos:
        if table not in dataset.spec.tables:
            yield Difference("dropped", table)


def _groups(state: PortalState, dataset: Dataset) -> Iterator[Difference]:
    """Yield the office and the services whose words on the portal are not the project's."""
    package = state.package or {}
    there = {group.get("name"): group for group in package.get("groups") or ()}
    organization = package.get("organization") or {}
    items: list[tuple[str, Office | Service, Json]] = [
        (dataset.spec.organization, dataset.office, organization)
    ]
    items += [(name, item, there.get(name) or {}) for name, item in dataset.services.items()]
    for name, item, have in items:
        data = descriptions.group_data(name, item)
        if have.get("name") != name:
            continue  # another office or service altogether: told as metadata
        if any((have.get(key) or "") != data[key] for key in ("title", "description")):
            yield Difference("words", name)

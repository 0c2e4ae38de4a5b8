"""`add DATASET FILE…`: a new edition taken into a dataset, whole or not at all.

First everything is read and compared (`EditionReader`), then what would change is planned
(`plan_addition`), then it is written, put through the whole pipeline, and put back when that
refuses it (`take_in`). Knows nothing of the portal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.clean.labels import label_key
from pipelines.errors import Refused, UsageProblem, nearest
from pipelines.project.dataset import load_dataset, require_dataset
from pipelines.scaffold.addition.coverage import moved_coverage
from pipelines.scaffold.addition.descriptor_edit import DescriptorEdit, edited
from pipelines.scaffold.addition.files import EditionFile
from pipelines.scaffold.addition.folder_change import HOLD, FolderChange, undo_interrupted
from pipelines.scaffold.addition.reader import EditionReader
from pipelines.scaffold.addition.source_patterns import covers, widened
from pipelines.scaffold.draft import slug
from pipelines.workflow.prepare import Prepared, Run

#: Where a file goes that a corrected one replaces: out of `source/`, and never lost.
REPLACED = "replaced"
BOM = b"\xef\xbb\xbf"


class EditionRefused(Refused):
    """The pipeline refused the dataset with the new edition; `prepared` holds the report."""

    prepared: Prepared


@dataclass(frozen=True)
class Addition:
    """What taking an edition in would change.

    corrects: earlier files whose keys the edition has too, with the number of their common keys;
    they are replaced when `replaces` is set.
    """

    reader: EditionReader
    files: Sequence[EditionFile]
    corrects: Mapping[str, int]
    replaces: bool
    wanted: frozenset[str]
    edit: DescriptorEdit
    change: FolderChange

    @property
    def nothing(self) -> bool:
        """Whether every file is there already, so that nothing is to be done."""
        return not any(file.taken for file in self.files)

    @property
    def source(self) -> list[str]:
        """What `source:` of the table says afterwards."""
        return list(self.reader.spec.source if self.edit.source is None else self.edit.source)


def open_edition(
    name: str, project: Path, files: Sequence[Path], table: str | None = None
) -> EditionReader:
    """Read the files given and those of the dataset. Undoes first what an interrupted call left.

    Raises `UsageProblem` for an unknown dataset or table, and when the table must be named.
    """
    require_dataset(name, project)
    undo_interrupted(project / "datasets" / name)
    dataset = load_dataset(name, project)
    tables = dataset.spec.tables
    if table is None and len(tables) > 1:
        raise UsageProblem("add-which-table", where=dataset.where, known=", ".join(tables))
    if table is not None and table not in tables:
        near = nearest(table, tables) or ", ".join(tables)
        raise UsageProblem("add-table", where=dataset.where, value=table, nearest=near)
    unique = list({path.resolve(): path for path in files}.values())
    return EditionReader(dataset, table or next(iter(tables)), unique)


def checked_mapping(reader: EditionReader, given: Mapping[str, str]) -> dict[str, str]:
    """Return label → field with the labels as the files write them.

    Raises `UsageProblem` for a label that no file has, a field that the table does not have, and a
    label for which `columns:` names another field; the nearest are named.
    """
    labels = {label_key(x): x for one in reader.arrived for x in one.labels}
    known = list(dict.fromkeys([*reader.schema.names, *reader.known.targets.values()]))
    written = {label_key(x): field for x, field in reader.spec.columns.items()}
    mapping = {}
    for label, field in given.items():
        key = label_key(label)
        if key not in labels and reader.arrived:
            near = nearest(label, labels.values()) or " · ".join(labels.values())
            raise UsageProblem("add-map-label", value=label, nearest=near)
        if field not in known:
            near = nearest(field, known) or ", ".join(known)
            raise UsageProblem("add-map-field", value=field, nearest=near)
        if written.get(key, field) != field:
            where = reader.dataset.where
            raise UsageProblem("add-map-taken", where=where, label=label, field=written[key])
        if key in labels:
            mapping[labels[key]] = field
    return mapping


def plan_addition(
    reader: EditionReader, mapping: Mapping[str, str], *, replaces: bool = False
) -> Addition:
    """Compare the rows and work out what would be written; nothing is.

    replaces: earlier files whose keys the edition has too are replaced. Raises `Refused` or
    `UsageProblem` where the rows can't be cleaned, a name is taken, or `dataset.yaml` can't be
    edited safely.
    """
    dataset, spec = reader.dataset, reader.spec
    files = reader.compare(mapping)
    taken = [file for file in files if file.taken]
    corrects: dict[str, int] = {}
    for file in taken:
        for old, (count, _) in file.overlaps.items():
            corrects[old] = corrects.get(old, 0) + count
    present = {one.name: one.path for one in reader.present if one.path is not None}
    gone = {_inside(present[old], dataset.folder) for old in corrects if old in present}
    gone = gone if replaces else set()
    listing = _listing(dataset.folder)
    moved = {path: _free(path, listing) for path in sorted(gone)}
    added = {f"source/{file.name}": file.path for file in taken if file.action == "added"}
    if replaces or not corrects:  # else the question comes first, and may settle the name
        _check_names(taken, listing - gone)
    given = {_inside(file.path, dataset.folder) for file in taken if file.action == "present"}
    wanted = {_inside(path, dataset.folder) for path in present.values()} - gone
    wanted |= set(added) | given
    _check_other_tables(reader, [*added])
    listing = (listing - gone) | set(added) | set(moved.values())
    patterns = widened(spec.source, listing, wanted) if taken else spec.source
    edit = DescriptorEdit(
        reader.table,
        source=None if patterns == spec.source else patterns,
        columns=reader.entries(mapping) if taken else {},
        coverage=moved_coverage(dataset.spec.coverage, [f.period for f in taken if f.period]),
    )
    before = (dataset.folder / "dataset.yaml").read_bytes()
    start = BOM if before.startswith(BOM) else b""
    text = edited(before.removeprefix(BOM).decode("utf-8"), edit, dataset.where)
    change = FolderChange(added, moved, before, start + text.encode("utf-8"))
    return Addition(reader, files, corrects, replaces, frozenset(wanted), edit, change)


def take_in(addition: Addition, run: Run) -> Prepared:
    """Write the change, run the whole pipeline and return the verdict.

    Raises `EditionRefused` when the pipeline refuses, and whatever else stops it; everything has
    been put back then.
    """
    reader = addition.reader
    folder, name = reader.dataset.folder, reader.dataset.name
    with addition.change.applied(folder):
        sources = load_dataset(name, reader.dataset.project).sources(reader.table)
        read = {_inside(one, folder) for one in sources if isinstance(one, Path)}
        if read != addition.wanted:
            differing = ", ".join(sorted(read ^ addition.wanted))
            raise UsageProblem("add-by-hand", where=differing, lines=addition.edit.as_yaml())
        prepared = run.prepare(name)
        if not prepared.report.valid:
            tables = prepared.report.tables
            count = sum(len(table.errors) + sum(table.more.values()) for table in tables)
            refusal = EditionRefused("add-refused", count=count, name=name)
            refusal.prepared = prepared
            raise refusal
    return prepared


def _inside(path: Path, folder: Path) -> str:
    return path.resolve().relative_to(folder.resolve()).as_posix()


def _listing(folder: Path) -> set[str]:
    """Return the files of a dataset's folder as its patterns see them."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {
        path.as_posix()
        for path in paths
        if path.parts[0] != HOLD and not path.name.startswith(("~$", "."))
    }


def _free(path: str, listing: set[str]) -> str:
    """Return a name in `replaced/` that no file has."""
    file = Path(path)
    names = [file.name, *(f"{file.stem}-{n}{file.suffix}" for n in range(2, len(listing) + 3))]
    return next(p for name in names if (p := f"{REPLACED}/{name}") not in listing)


def _check_names(files: Sequence[EditionFile], listing: set[str]) -> None:
    """Raise `UsageProblem` for a name that another file has, told apart by letter case or not."""
    taken = {path.casefold() for path in listing}
    for file in files:
        if file.action != "added":
            continue
        target = f"source/{file.name}".casefold()
        if target in taken or file.name.startswith(("~$", ".")):
            raise UsageProblem("add-name-taken", value=file.name, proposed=_proposed(file, taken))
        taken.add(target)


def _proposed(file: EditionFile, taken: set[str]) -> str:
    """Return a free name that says the period, else one with a number."""
    stem, suffix = Path(file.name.lstrip("~$.")).stem, Path(file.name).suffix
    ends = [file.period.last.lower()] if file.period and file.period.last not in stem else []
    names = [f"{slug(stem, '-')}-{end}{suffix}" for end in [*ends, *map(str, range(2, 1000))]]
    return next(name for name in names if f"source/{name}".casefold() not in taken)


def _check_other_tables(reader: EditionReader, targets: Sequence[str]) -> None:
    """Raise `UsageProblem` when the pattern of another table would take a new file as well."""
    for table, spec in reader.dataset.spec.tables.items():
        if table == reader.table or spec.source == reader.spec.source:
            continue
        for target in targets:
            pattern = next((one for one in spec.source if covers(one, target)), None)
            if pattern is not None:
                raise UsageProblem(
                    "add-other-table",
                    where=reader.dataset.where,
                    value=target,
                    pattern=pattern,
                    table=table,
                )

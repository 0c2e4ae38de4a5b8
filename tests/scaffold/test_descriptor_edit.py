"""Values change in the descriptor's text; every other character stays."""

from __future__ import annotations

import difflib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import UsageProblem
from pipelines.scaffold.addition.descriptor_edit import DescriptorEdit, edited
from pipelines.scaffold.addition.source_patterns import covers, widened

HEAD = """\
# what a steward wrote
name: a
coverage: {region: "12", from: 2023-01-01, to: 2024-06-30}  # the survey
tables:
  other:
    schema: other
    source: source/other.xlsx
  ikm:
    schema: ikm   # its fields
"""
GLOB = DescriptorEdit("ikm", source=["source/ikm-*.xlsx"])
TWO = DescriptorEdit("ikm", source=["source/a.xlsx", "source/b.xlsx"])
MAPPED = DescriptorEdit("ikm", columns={"Nilai: rata": "ikm", "No": "No"})


def changes(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return ([x[2:] for x in lines if x[:2] == "- "], [x[2:] for x in lines if x[:2] == "+ "])


@pytest.mark.parametrize(
    ("table", "edit", "went", "came"),
    [
        (
            "    source: source/a.xlsx  # from the office\n    clean: []\n",
            GLOB,
            ["    source: source/a.xlsx  # from the office"],
            ["    source: source/ikm-*.xlsx  # from the office"],
        ),
        (
            '    source: "source/a.xlsx"\n',
            GLOB,
            ['    source: "source/a.xlsx"'],
            ['    source: "source/ikm-*.xlsx"'],
        ),
        (
            "    source: source/a.xlsx\n",
            TWO,
            ["    source: source/a.xlsx"],
            ["    source: [source/a.xlsx, source/b.xlsx]"],
        ),
        (
            "    source:\n    - source/a.xlsx  # the first\n    # note\n    clean: []\n",
            TWO,
            [],
            ["    - source/b.xlsx"],
        ),
        (
            "    source:\n      - source/a.xlsx\n      - source/old.xlsx # gone",
            TWO,
            ["      - source/old.xlsx # gone"],
            ["      - source/b.xlsx # gone"],
        ),
        (
            "    source:\n    - source/a.xlsx\n    - source/old.xlsx\n    - source/b.xlsx\n",
            TWO,
            ["    - source/old.xlsx"],
            [],
        ),
        (
            "    source: [source/a.xlsx]\n",
            TWO,
            ["    source: [source/a.xlsx]"],
            ["    source: [source/a.xlsx, source/b.xlsx]"],
        ),
        (
            "    source: s.csv\n    columns:\n      Unit: unit  # printed\n\n    # steps\n",
            MAPPED,
            [],
            ['      "Nilai: rata": ikm', '      "No": "No"'],
        ),
        (
            "    source: s.csv\n    columns: {Unit: unit}  # as printed\n",
            MAPPED,
            ["    columns: {Unit: unit}  # as printed"],
            ['    columns: {Unit: unit, "Nilai: rata": ikm, "No": "No"}  # as printed'],
        ),
        (
            "    source: s.csv\n    columns: {}\n    clean: []\n",
            MAPPED,
            ["    columns: {}"],
            ['    columns: {"Nilai: rata": ikm, "No": "No"}'],
        ),
        (
            "    source: s.csv # here\n    clean: []\n",
            MAPPED,
            [],
            ["    columns:", '      "Nilai: rata": ikm', '      "No": "No"'],
        ),
        (
            "    source:\n    - s.csv",
            MAPPED,
            [],
            ["    columns:", '      "Nilai: rata": ikm', '      "No": "No"'],
        ),
        (
            "    source: s.csv\n    columns:\n    clean: []\n",
            MAPPED,
            [],
            ['      "Nilai: rata": ikm', '      "No": "No"'],
        ),
        (
            "    source: s.csv\n",
            DescriptorEdit("ikm", coverage={"to": "2024-12-31"}),
            ['coverage: {region: "12", from: 2023-01-01, to: 2024-06-30}  # the survey'],
            ['coverage: {region: "12", from: 2023-01-01, to: 2024-12-31}  # the survey'],
        ),
    ],
)
def test_only_what_is_meant_changes(
    table: str, edit: DescriptorEdit, went: list[str], came: list[str]
) -> None:
    before = HEAD + table
    after = edited(before, edit, "dataset.yaml")
    assert changes(before, after) == (went, came)
    written = yaml.safe_load(after)["tables"]["ikm"]
    assert edit.source is None or written["source"] in (list(edit.source), *edit.source)
    assert edit.columns.items() <= (written.get("columns") or {}).items()


def test_source_and_columns_of_one_place() -> None:
    edit = DescriptorEdit("ikm", source=["a.csv", "b.csv"], columns={"A": "a"})
    after = edited(f"{HEAD}    source:\n    - a.csv\n", edit, "dataset.yaml")
    assert after.endswith("    - a.csv\n    - b.csv\n    columns:\n      A: a\n")


@pytest.mark.parametrize(
    "table",
    [
        "    source: *one\n",
        "    <<: *all\n",
        "    source: >-\n      s.csv\n",
        "    source: &x s.csv\n    title: *x\n",
    ],
)
def test_what_cannot_be_edited_is_shown(table: str) -> None:
    before = "one: &one s.csv\nall: &all {source: s.csv}\n" + HEAD + table
    with pytest.raises(UsageProblem) as caught:
        edited(before, GLOB, "dataset.yaml")
    assert caught.value.code == "add-by-hand"
    assert "source: source/ikm-*.xlsx" in caught.value.params["lines"]


LABELS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda text: text == " ".join(text.split())
)


@given(
    st.dictionaries(LABELS, st.just("x"), max_size=4),
    LABELS,
    st.booleans(),
    st.sampled_from("\n|\r\n".split("|")),
)
def test_every_label_can_be_written(
    known: dict[str, str], label: str, flow: bool, newline: str
) -> None:
    known.pop(label, None)
    columns = yaml.safe_dump({"columns": known}, default_flow_style=flow, allow_unicode=True)
    before = HEAD + "".join(f"    {line}\n" for line in ["source: s.csv", *columns.splitlines()])
    before = before.replace("\n", newline)
    if flow and not columns.startswith("{columns"):
        return
    if flow:
        before = before.replace("    {columns: ", "    columns: ").replace(
            f"}}}}{newline}", f"}}{newline}"
        )
    after = edited(before, DescriptorEdit("ikm", columns={label: "ikm"}), "dataset.yaml")
    assert yaml.safe_load(after)["tables"]["ikm"]["columns"] == {**known, label: "ikm"}


@pytest.mark.parametrize(
    ("patterns", "others", "wanted", "result"),
    [
        (["ikm-2023.xlsx"], [], ["ikm-2023.xlsx", "ikm-2024.xlsx"], ["ikm-*.xlsx"]),
        (["ikm-*.xlsx"], [], ["ikm-2023.xlsx", "ikm-2024.xlsx"], ["ikm-*.xlsx"]),
        (["ikm-2023.xlsx"], ["ikm-note.xlsx"], ["ikm-2023.xlsx", "ikm-2024.xlsx"],
         ["ikm-2023.xlsx", "ikm-2024.xlsx"]),
        (["ikm-2023-s1.xlsx"], ["ikm-rest.xlsx"], ["ikm-2023-s1.xlsx", "ikm-2023-s2.xlsx"],
         ["ikm-2023-s*.xlsx"]),
        (["data.xlsx"], [], ["data.xlsx", "data (1).xlsx"], ["data*.xlsx"]),
        (["juni.xlsx"], [], ["juni.xlsx", "juli.xlsx"], ["juni.xlsx", "juli.xlsx"]),
        (["2024.xlsx"], [], ["2024.xlsx", "2025.xlsx"], ["2024.xlsx", "2025.xlsx"]),
        (["a.xlsx"], [], ["a.xlsx", "b [1].xlsx"], ["a.xlsx", "b [[]1].xlsx"]),
        (["ikm-2023.xls"], [], ["ikm-2023.xls", "ikm-2024.xlsx"],
         ["ikm-2023.xls", "ikm-2024.xlsx"]),
        (["ikm-2023.xlsx"], [], ["revisi.xlsx"], ["revisi.xlsx"]),
        (["https://x.id/a.csv"], [], ["b.csv"], ["https://x.id/a.csv", "b.csv"]),
        (["ikm-*.xlsx", "a.xlsx"], [], ["ikm-1.xlsx", "a.xlsx", "b.xlsx"],
         ["ikm-*.xlsx", "a.xlsx", "b.xlsx"]),
    ],
)  # fmt: skip
def test_a_source_is_widened_to_exactly_the_files(
    patterns: list[str], others: list[str], wanted: list[str], result: list[str]
) -> None:
    assert widened(patterns, {*others, *wanted}, wanted) == result


@given(st.sets(st.sampled_from("ab-1 ([2"), min_size=1).map(sorted).map("".join), st.data())
def test_widened_takes_what_is_wanted_and_nothing_else(name: str, data: st.DataObject) -> None:
    names = data.draw(
        st.sets(st.text("ab-12 ([*?]", min_size=1, max_size=6), min_size=2, max_size=6)
    )
    files = sorted({f"source/{one.strip() or name}.xlsx" for one in names})
    wanted = set(data.draw(st.lists(st.sampled_from(files), min_size=1)))
    result = widened([], files, wanted)
    assert {path for path in files if any(covers(one, path) for one in result)} == wanted

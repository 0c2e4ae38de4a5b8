"""JSON as it is written for programs: any value comes back, innermost things on one line."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from pipelines.text import json_writer

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_comes_back(value: object) -> None:
    assert json.loads(json_writer.dump(value)) == value


def test_a_line_for_each_innermost_object() -> None:
    value = {"valid": False, "tables": [{"name": "é", "errors": [{"row": 2}, {"row": 3}]}]}
    assert json_writer.dump(value) == (
        '{\n  "valid": false,\n  "tables": [\n    {\n      "name": "é",\n      "errors": [\n'
        '        {"row": 2},\n        {"row": 3}\n      ]\n    }\n  ]\n}'
    )


def test_what_json_lacks_is_text() -> None:
    assert (
        json_writer.dump({"at": complex(1, 2), "all": []}) == '{\n  "at": "(1+2j)",\n  "all": []\n}'
    )

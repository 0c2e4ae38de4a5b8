"""Findings without a limit end in words where memory does not hold them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import PortalProblem
from pipelines.project.schema import load_schema
from pipelines.text import memory
from pipelines.validate import validate_file
from pipelines.validate.bulk import row_errors

COUNT = 500


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A file whose rows are all faulty, or all the same, and its schema."""
    monkeypatch.setattr(row_errors, "STEP", 100)
    data, schema = tmp_path / "a.csv", tmp_path / "skema.yaml"
    data.write_text("kode,nilai\n" + "A,x\n" * COUNT)
    return data, schema


@pytest.mark.parametrize(
    "field",
    [
        pytest.param("{name: nilai, type: integer}", id="cells"),
        pytest.param("{name: nilai, type: string, constraints: {unique: true}}", id="unique"),
    ],
)
def test_more_findings_than_memory(
    field: str, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, path = files
    path.write_text(f"fields:\n- {{name: kode, type: string}}\n- {field}\n")
    schema = load_schema(path, strict=False)
    assert len(validate_file(data, schema, limit=0).errors) >= COUNT - 1
    monkeypatch.setattr(memory, "available", lambda: 250_000)
    with pytest.raises(PortalProblem) as caught:
        validate_file(data, schema, limit=0)
    assert (caught.value.code, caught.value.params["count"]) == ("memory-short.findings", 300)
    assert "--limit" in caught.value.next
    assert len(validate_file(data, schema, limit=50).errors) == 50

"""What could be an identifier never stands in a message, however it is written."""

from __future__ import annotations

import pytest

from pipelines.cli.failures import safe

NIK = "1271015508900001"


@pytest.mark.parametrize(
    "written",
    [
        NIK, "12 71 01 550890 0001", "1271-0155-0890-0001", "1271–0155–0890–0001",
        "1271\u00a00155\u00a00890\u00a00001", "1,271,015,508,900,001", "0812-3456-7890",
    ],
)  # fmt: skip
def test_identifiers_are_masked(written: str) -> None:
    shown = safe(f"nilai {written} tidak cocok")
    assert written not in shown
    assert "*" in shown


@pytest.mark.parametrize("mark", [" · ", ", ", '", "'])
def test_days_of_labels_are_shown(mark: str) -> None:
    text = "Nama Komoditas · " + mark.join(str(day) for day in range(1, 32))
    assert safe(text) == text

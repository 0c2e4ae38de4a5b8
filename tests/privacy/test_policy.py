"""The policy: its keys, its reasons, its unused entries."""

from typing import Any

import pytest
from privacy.toys import keys, people, toy

from pipelines.errors import UsageProblem

NIK = {"nik": people()["nik"]}


@pytest.mark.parametrize(
    ("policy", "code", "words"),
    [
        ({"alow": {}}, "descriptor-key", "allow"),
        ({"small_count": {"threshold": 3}}, "descriptor-key", "small_counts"),
        ({"small_counts": {"treshold": 3}}, "descriptor-key", "threshold"),
        ({"small_counts": {"threshold": "banyak"}}, "descriptor-value", "threshold"),
        ({"small_counts": {"threshold": 1}}, "descriptor-value", "threshold"),
        ({"combinations": {"k": 1}}, "descriptor-value", "k"),
        ({"persons": "mungkin"}, "descriptor-value", "persons"),
        ({"small_counts": {"fields": ["nikk"]}}, "descriptor-reference", "nik"),
        ({"combinations": {"fields": ["desa"]}}, "descriptor-reference", "nik"),
        ({"allow": {"nik": ""}}, "privacy-reason", "nik"),
        ({"allow": {"nik": None}}, "privacy-reason", "nik"),
        ({"allow": {"nik": True}}, "privacy-reason", "nik"),
        ({"allow": {"nik": "alasan …"}}, "privacy-reason", "alasan"),
        ({"allow": {"nik": "reason"}}, "privacy-reason", "nik"),
        ({"allow": {"nik": "…"}}, "privacy-reason", "nik"),
        ({"allow": {"nik": {}}}, "privacy-reason", "nik"),
        ({"allow": {"nik": {"nik": "ok"}}}, "privacy-reason", "nik"),
        ({"allow": ["nik"]}, "privacy-reason", "nik"),
        ({"allow": "nik"}, "descriptor-value", "allow"),
    ],
)
def test_refused(policy: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        toy(NIK, policy)
    assert caught.value.code == code
    assert words in str(caught.value)


def test_an_allowance_for_one_kind_allows_that_kind_alone() -> None:
    data = {"kontak": ["061-4512345"] * 5 + people()["nik"][:5]}
    found = toy(data, {"allow": {"kontak": {"phone": "telepon kantor, SK 12/2024"}}})
    assert keys(found) == {("personal-identifier.nik", "kontak")}
    assert [f.code for f in found if f.severity == "info"] == ["personal-allowed"]


def test_an_allowance_that_matches_nothing_is_a_warning() -> None:
    policy = {"allow": {"alamat_lama": "dulu ada alamat", "nik": {"phone": "telepon kantor"}}}
    warnings = [f for f in toy(NIK, policy) if f.severity == "warning"]
    assert [f.params["entry"] for f in warnings] == ["alamat_lama", "nik.phone"]


def test_an_allowed_column_still_shows_in_the_report() -> None:
    (finding,) = toy(NIK, {"allow": {"nik": "arsip 1945, semua telah meninggal"}})
    assert (finding.severity, finding.field) == ("info", "nik")
    assert "arsip 1945, semua telah meninggal" in finding.message

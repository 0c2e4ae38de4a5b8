"""No finding holds a raw identifier, whatever the table holds."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from privacy.toys import NAMES, people, toy

from bench.labelled import account, email, nik, nip, npwp, phone, plate
from bench.labelled import disguised as disguise
from pipelines.messages import LANGS
from pipelines.model import Finding, Position

MAKES = (nik, nip, npwp, phone, email, account, plate)


def shown(finding: Finding) -> str:
    """Everything that a finding could show anywhere."""
    words = [finding.text(part, lang) for part in PARTS for lang in LANGS]
    raw = json.dumps([finding.as_json(), dict(finding.params), repr(finding)], default=str)
    return " ".join([*words, raw])


PARTS = ("title", "message", "explain", "next")


def secrets(value: str) -> Iterator[str]:
    """Pieces of an identifier that nothing may show: six digits in a row, a local part, a plate."""
    digits = "".join(c for c in value if c.isdecimal())
    yield from (digits[i : i + 6] for i in range(max(len(digits) - 5, 0)))
    if "@" in value:
        yield value.split("@")[0]
    if len(digits) < 6:
        yield value


@given(st.integers(0, 10_000), st.sampled_from(MAKES), st.booleans(), st.sampled_from(["nik", "x"]))
@settings(deadline=None)
def test_no_finding_shows_an_identifier(seed: int, make: Any, disguised: bool, label: str) -> None:
    r = random.Random(seed)
    values = [make(r) for _ in range(r.randint(1, 6))]
    cells = [disguise(r, v) if disguised and v.isdecimal() else v for v in values]
    cells = [f"a.n. {r.choice(NAMES)}, {c}, catatan" if r.random() < 0.3 else c for c in cells]
    texts = [(Position("dataset.yaml"), f"hubungi {cells[0]}")]
    for finding in toy({label: cells}, texts=texts):
        text = shown(finding)
        for value in values:
            assert not [piece for piece in secrets(value) if piece in text]
        assert not [name for name in NAMES if name in text]


@pytest.mark.parametrize("allow", [False, True])
def test_no_finding_shows_anything_of_a_list_of_people(allow: bool) -> None:
    columns = people()
    policy = {"allow": dict.fromkeys(columns, "uji kebocoran")} if allow else {}
    text = " ".join(shown(finding) for finding in toy(columns, policy))
    for name in ("nik", "nama", "tanggal_lahir", "alamat", "no_hp"):
        assert not [value for value in columns[name] if value in text], name

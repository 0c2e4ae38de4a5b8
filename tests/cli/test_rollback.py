"""`rollback`: the older version that was asked for comes back, whatever it takes away."""

from __future__ import annotations

import shutil
import sys
import uuid
from pathlib import Path
from typing import Any

import click
import pytest
from ckan_api import Api
from cli.conftest import Call, Called
from publish_toys import PROJECT, Toy, frame, table

from pipelines import ckan, package, publish
from pipelines import portal as embedded

pytestmark = pytest.mark.portal
NIK = "1271014708900003"


class Toys:
    """A project of one dataset whose source and schema a test replaces."""

    def __init__(self, folder: Path, call: Call) -> None:
        self.name = f"penduduk-{uuid.uuid4().hex[:8]}"
        self.folder, self._call = folder, call
        shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
        self.dataset = folder / "datasets" / self.name
        (folder / "datasets" / "penduduk").rename(self.dataset)
        self.edit("name: penduduk\n", f"name: {self.name}\n")
        self.source = self.dataset / "source" / "penduduk.csv"

    def edit(self, old: str, new: str) -> None:
        path = self.dataset / "dataset.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def __call__(self, *args: object) -> Called:
        return self._call("--project", self.folder, *args)

    def publish(self, *args: str) -> Any:
        done = self("publish", self.name, "--yes", "--json", *args)
        assert done.code == 0, done.err
        return done.json["datasets"][0]

    def rollback(self, *args: str, to: str = "1.0.0") -> Called:
        return self("rollback", self.name, "--to", to, *args)


@pytest.fixture
def toys(tmp_path: Path, call: Call, portal: embedded.PortalInfo) -> Toys:
    return Toys(tmp_path / "project", call)


def grow(toys: Toys) -> None:
    """Publish two rows, then five with another field of another type."""
    schema = toys.folder / "schemas" / "penduduk.yaml"
    now, rows = schema.read_text(encoding="utf-8"), frame()
    before = now.replace("dicatat, type: date", "dicatat, type: string")
    assert before != now
    schema.write_text(before, encoding="utf-8")
    rows.head(2).to_csv(toys.source, index=False)
    toys.publish()
    schema.write_text(now, encoding="utf-8")
    rows.to_csv(toys.source, index=False)
    assert toys.publish("--allow", "break")["version"]["to"] == "2.0.0"


def test_rows_and_fields_go_without_a_flag(toys: Toys, api: Api) -> None:
    grow(toys)
    done = toys.rollback("--yes", "--json")
    assert done.code == 0, done.err
    (found,) = done.json["datasets"]
    assert found["version"] == {"from": "2.0.0", "to": "3.0.0"} and found["verified"]
    assert found["rows"] == {"added": 0, "changed": 0, "removed": 3} and found["guards"] == []
    assert api.package_show(id=toys.name)["version"] == "3.0.0"


def test_it_asks_once_with_what_it_will_do(
    toys: Toys, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(toys)
    nobody = toys.rollback()
    assert nobody.code == 2 and "--yes" in nobody.err
    asked: list[str] = []

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        if len(asked) == 1:
            raise click.Abort
        return True

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "confirm", confirm)
    assert toys.rollback().code != 0
    assert api.package_show(id=toys.name)["version"] == "2.0.0"
    assert toys.rollback().code == 0
    assert api.package_show(id=toys.name)["version"] == "3.0.0"
    question = "Publish 1.0.0 again as 3.0.0: 0 rows added, 0 changed, 3 removed?"
    assert asked == [question, question]


def test_a_portal_that_moved_since_the_question_is_left_alone(
    toys: Toys, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(toys)

    def confirm(*_: object, **__: object) -> bool:
        api.package_patch(id=toys.name, title="Diubah orang")
        return True

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "confirm", confirm)
    done = toys.rollback()
    assert done.code == 1 and "publish-moved" in done.err and "publish rollback" in done.err
    assert api.package_show(id=toys.name)["version"] == "2.0.0"


def test_a_table_that_the_descriptor_dropped_does_not_go_unasked(toys: Toys) -> None:
    """The older version has it, so removing it is not what was asked for."""
    first = "  penduduk:\n    schema: penduduk\n    source: source/penduduk.csv\n"
    toys.edit(first, first + first.replace("  penduduk:\n", "  lain:\n"))
    toys.publish()
    frame().head(2).to_csv(toys.source, index=False)
    toys.publish("--allow", "shrink")
    toys.edit(first.replace("  penduduk:\n", "  lain:\n"), "")
    done = toys.rollback("--yes")
    assert done.code == 1 and "publish-break" in done.err and "lain" in done.err


def test_identifiers_of_persons_do_not_come_back(
    toys: Toys, api: Api, portal: embedded.PortalInfo
) -> None:
    """A version from before the screen, or published by other means."""
    steward = ckan.connect(portal.url, portal.api_token)
    rows = frame().assign(catatan=NIK)
    plan = publish.compute_plan(Toy(toys.name), {"penduduk": table(rows)}, steward)
    publish.apply_plan(plan, steward, build=package.build)
    toys.publish()
    done = toys.rollback("--yes")
    assert done.code == 1 and "personal-identifier" in done.out + done.err
    assert NIK not in done.out + done.err
    assert api.package_show(id=toys.name)["version"] == "1.0.1"

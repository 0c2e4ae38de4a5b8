"""Toy datasets for packaging and publishing: text frames, schemas that vary, tables of them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipelines.model import Source, Table
from pipelines.project.dataset import Dataset, load_dataset
from pipelines.project.descriptor import Descriptor
from pipelines.project.schema import TableSchema, parse_schema

PROJECT = Path(__file__).parent / "datasets" / "penerbitan"
SOURCE = PROJECT / "datasets" / "penduduk" / "source" / "penduduk.csv"


class Toy(Dataset):
    """The toy dataset under a name of its own, with a schema that a test may change."""

    def __init__(self, name: str, *, schema: Mapping[str, Any] | None = None, **spec: Any) -> None:
        base = load_dataset("penduduk", PROJECT)
        data = base.spec.model_dump(by_alias=True) | {"name": name} | spec
        super().__init__(base.folder, PROJECT, Descriptor.model_validate(data))
        self._schema = schema or base.schemas["penduduk"].descriptor

    @property
    def schemas(self) -> dict[str, TableSchema]:
        """The schema of every table: the same one."""
        parsed = parse_schema(self._schema, name="penduduk", where="schemas/penduduk.yaml")
        return dict.fromkeys(self.spec.tables, parsed)


def descriptor() -> dict[str, Any]:
    """The toy's schema, to be changed."""
    return copy.deepcopy(dict(load_dataset("penduduk", PROJECT).schemas["penduduk"].descriptor))


def frame(path: Path = SOURCE) -> pd.DataFrame:
    """The toy's rows as text; missing cells NA."""
    return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])


def table(rows: pd.DataFrame, name: str = "penduduk") -> Table:
    """A table of a text frame."""
    rows = rows.astype("str").reset_index(drop=True)
    numbers = np.arange(len(rows))
    return Table(
        name,
        rows,
        (Source("penduduk.csv"),),
        np.zeros(len(rows), int),
        numbers + 2,
        tuple(range(1, rows.shape[1] + 1)),
    )


def many(count: int) -> pd.DataFrame:
    """`count` rows of the toy's schema, each with its own key."""
    numbers = np.arange(count)
    return pd.DataFrame(
        {
            "kode": [f"12.{n % 97:02d}.{n // 97:05d}" for n in numbers],
            "tahun": (2000 + numbers % 25).astype(str),
            "jumlah": (numbers * 7919 % 1_000_003).astype(str),
            "kepadatan": [f"{n % 1000}.{n % 10}0" for n in numbers],
            "dicatat": [f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}" for n in numbers],
            "sementara": np.where(numbers % 3 == 0, "true", "false"),
            "diubah": [f"2024-01-01T{n % 24:02d}:{n % 60:02d}:00" for n in numbers],
            "catatan": [f"catatan ke-{n}" for n in numbers],
        }
    ).astype("str")

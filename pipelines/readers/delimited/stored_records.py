"""Records of a large file in a temporary file, from which the system brings in what is looked at.

The columns are Arrow arrays as any others, but lie in the file: memory that other programs need is
taken from them without loss.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pyarrow as pa

#: Systems hold `/tmp` in memory, some of them; this folder is for large files.
ON_DISK = Path("/var/tmp")  # noqa: S108 - the file gets a random name


def store(records: pa.RecordBatchReader) -> pa.Table:
    """Write the records to a temporary file as they come, and return them as they lie there.

    The file has no name any more and goes with the table. Raises what reading the records raises,
    and `OSError` where the disk is full.
    """
    with tempfile.NamedTemporaryFile(prefix="publish-", suffix=".arrow", dir=_folder()) as file:
        with pa.ipc.new_file(file, records.schema) as writer:
            for batch in records:
                writer.write_batch(batch)
        file.flush()
        return pa.ipc.open_file(pa.memory_map(file.name)).read_all()


def _folder() -> Path | None:
    """Return the folder on a disk; None for the one that the environment names."""
    named = any(os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    return ON_DISK if not named and os.access(ON_DISK, os.W_OK) else None

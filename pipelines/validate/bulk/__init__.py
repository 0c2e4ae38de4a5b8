"""The vectorised validator: a table's columns are checked block by block with Arrow and NumPy.

It takes a block source (a CSV file, an xlsx sheet, a text frame) and a Table Schema, and gives the
errors that Frictionless would list, in its order. Bulk proofs accept the cells that are certainly
valid; Frictionless reads the distinct others. It knows nothing of messages, descriptors or reports,
and raises `NeedsFrictionless` for whatever it can't reproduce safely.
"""

from pipelines.validate.bulk.engine import BlockSource, References, validate
from pipelines.validate.bulk.sources import FrameSource, open_file

__all__ = ["BlockSource", "FrameSource", "References", "open_file", "validate"]

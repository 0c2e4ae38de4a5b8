"""Delimited text: encoding, dialect and records by the evidence of the whole file.

`reader.read_text` gives a grid; `arrow_reader` is the quick way through large regular files.
"""

"""xlsx beyond what calamine gives: formats, merges, hidden rows, large sheets, typed cells.

- `package`, `normalised`, `conformance`, `extent`, `shared_strings`: the file and its parts
- `cell_details`, `hidden`, `stored_types`, `annotated`: facts about single cells
- `large*`: sheets beyond some 100,000 cells, column by column through fastexcel
- `typed_sheet`, `typed_column`, `bulk_cells`, `bulk_rows`: typed cells for validation, in bulk
"""

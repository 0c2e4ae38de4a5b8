"""xlsx beyond what calamine gives: formats, merges, hidden rows, large sheets, typed cells.

- `package`, `canonical_xml`, `conformance`, `extent`, `shared_strings`: the file and its parts
- `cell_details`, `hidden`, `annotated`: facts about single cells and sheets
- `template_mark`: a workbook made by `publish template`
- `large_sheet`, `edge_rows`, `column_styles`, `column_text`: sheets beyond some 100,000 cells,
  column by column through fastexcel
- `typed_sheet`, `typed_column`, `bulk_cells`, `bulk_rows`: typed cells for validation, in bulk
- `openpyxl_internals`: the private names of openpyxl that typed sheets need
"""

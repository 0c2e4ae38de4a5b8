"""The tables of a sheet, one below the other or side by side, and which of them is taken.

Takes grids and a layout, gives `FoundTable`s and the `Choice` among them. Knows nothing of data
frames: what becomes of the chosen table is decided by its users.
"""

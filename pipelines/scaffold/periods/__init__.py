"""Periods as sheets write them: side by side as columns, in titles, in names of sheets and files.

Takes labels and texts; gives the cleaning steps that make a column of periods. Writes nothing.
"""

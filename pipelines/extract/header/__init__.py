"""Above the data: where the data begin, which rows hold the labels, and how the labels join.

Takes a grid and its column profiles, gives a `Header`. Knows nothing of the rows below.
"""

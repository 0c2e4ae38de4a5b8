"""`add DATASET FILE…`: a new edition taken into a dataset, or nothing changed.

Takes files and a dataset; gives what changes in its folder and descriptor. Knows nothing of the
portal.
"""

"""What cells and columns hold, judged by their text: kinds, phrases, column profiles.

Takes texts and rows of a grid. Knows nothing of headers, tables and layouts.
"""

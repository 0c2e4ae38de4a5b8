"""Below the labels: which rows are data, and the rule under which each other row is left out.

Takes a grid, its profiles and a `Header`, gives a `Body`. Knows nothing of layouts; of other
tables only where the next one below begins.
"""

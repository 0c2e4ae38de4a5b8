"""Which data rows are totals of other rows: by their words, by sums, by missing row numbers.

Takes data rows and the candidates that `body` collects, gives `TotalRow`s. Knows nothing of labels.
"""

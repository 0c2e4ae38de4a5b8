"""Facts and recognisers of the field: regions, calendars, identifiers, expressions.

- `reference/`: the 33 regencies and cities, month names, as data
- `identifiers/`: Indonesian identity numbers, contacts and names, found and masked
- `expression/`: safe expressions over the fields of a row
"""

"""The project's files (`dataset.yaml`, schemas, offices, services), read strictly.

Takes YAML files, gives checked values (`Dataset`, `TableSchema`, `Layout`); an unknown or
repeated key is an error that names the file and the nearest known key. Knows nothing of
workbooks and portals.
"""

"""The audit of a cleaning run: what may be shown of the trail, its replay, its files."""

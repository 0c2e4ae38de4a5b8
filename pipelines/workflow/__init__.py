"""Chains the stages for one dataset or many; the only place where stages meet.

- `prepare`: from source files to a verdict; the veto lives here
- `publishing`: from a verdict to the portal: plans, and carrying them out

The command line and whatever else drives the program call these and have no logic of their own.
"""

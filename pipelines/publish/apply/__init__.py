"""Carries out a plan, so that it can die at any moment and be finished by running again.

Takes a `Plan` and a portal, sends only the difference, reads everything back, gives an `Outcome`.
"""

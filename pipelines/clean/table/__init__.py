"""The working table that steps change, and the trail of what they did to it."""

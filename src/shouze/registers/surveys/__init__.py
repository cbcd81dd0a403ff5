"""Surveys: members' figures of a year, returned to them as quartiles without a name (Arts. 7, 21)."""

"""Codes of self-discipline: versions, clause by clause, adopted, in force, public with their digest (Arts. 7, 21)."""

"""Standings: where the operator stands in each duty, what that rests on, and how it changed over time."""

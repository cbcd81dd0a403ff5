"""Revisions of subjects, their sealed values, replies and policy."""

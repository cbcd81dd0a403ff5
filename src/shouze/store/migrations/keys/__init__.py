"""Revisions of the wrapped subject keys."""

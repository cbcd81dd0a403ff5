"""The tables of answers."""

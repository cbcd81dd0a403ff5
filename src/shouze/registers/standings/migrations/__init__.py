"""The tables of standings."""

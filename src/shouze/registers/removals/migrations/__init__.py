"""The tables of this register."""

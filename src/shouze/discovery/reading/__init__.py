"""Readers turn whatever an operator keeps into columns of cells and lines of text, and say what they could not read."""

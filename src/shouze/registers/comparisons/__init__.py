"""Comparisons: figures that an association asked this operator for, and where it stands among the others (Art. 7)."""

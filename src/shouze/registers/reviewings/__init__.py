"""Reviewings: reviews among an association's members in which this operator has a part (Art. 7)."""

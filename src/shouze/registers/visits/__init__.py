"""Visits on the spot: announced, recorded, answered by the operator (Art. 17)."""

"""Commitments: codes of self-discipline that associations put before this operator, and what it said (Art. 21)."""

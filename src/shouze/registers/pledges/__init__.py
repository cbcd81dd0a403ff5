"""Pledges: which members have bound themselves to which version of a code, asked and answered by dispatch (Art. 21)."""

"""Referrals: matters that authorities escalate, transfer and handle jointly; each discloses itself (Art. 3)."""

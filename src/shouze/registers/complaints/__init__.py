"""Complaints of users about their personal information: accepted at once, answered within fifteen days (Art. 12)."""

"""Trainings: one course put before one person: attempts, result, certificate with its term (Art. 15)."""

"""Requests of users that need a person: enquiries, corrections, cancellations, with identity and outcome (Art. 9)."""

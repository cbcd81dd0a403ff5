"""Visits that an operator received: announced, recorded by the authority, attested or contested here (Art. 17)."""

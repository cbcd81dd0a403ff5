"""Holders of grants: posts, service accounts, and people with grants of their own (Art. 13(1), 13(3))."""

"""Dispatches between operator and authority: signed, ordered, refused by name; formats alone, without a network."""

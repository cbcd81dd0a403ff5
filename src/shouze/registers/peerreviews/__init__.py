"""Peer reviews: members review one another under a code, in a ring drawn by a published seed (Arts. 7, 21)."""

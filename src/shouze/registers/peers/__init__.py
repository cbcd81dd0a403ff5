"""Peers: the authority that dispatches come from, the operators that they go to; keys compared by people (Art. 3)."""

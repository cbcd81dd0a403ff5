"""Ties of the authority's people to operators, as they declare them: they withdraw from its matters (Art. 24)."""

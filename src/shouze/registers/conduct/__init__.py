"""Complaints about another authority's inspections, decided by the next higher authority (Art. 17(3))."""

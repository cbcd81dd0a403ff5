"""An operator's complaints about inspections: to the next higher authority, by dispatch (Art. 17(3))."""

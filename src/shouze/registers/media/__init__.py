"""Media: paper, optical, magnetic and other carriers: in whose custody, where, until destroyed (Art. 13(4))."""

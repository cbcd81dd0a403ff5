"""Publications: where the rules hang or stand, since when, in which version; copies are checked again (Art. 8)."""

"""Plans of inspections: drawn by a published seed, or named for signs of risk; carried out or explained (Art. 17)."""

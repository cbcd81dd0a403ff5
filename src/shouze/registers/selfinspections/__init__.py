"""Self-inspections: at least one every calendar year, planned from the duties, with evidence and a sample (Art. 16)."""

"""Remote inspections: records drawn after the checkpoint is held, verified here, discrepancies by name (Art. 17)."""

"""Readings: one version of a house rule put before one person, who confirms that they have read it (Art. 13(2))."""

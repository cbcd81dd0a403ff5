"""Incidents that operators report, taken in, assessed, followed up (Art. 14(2)); the authority's own register."""

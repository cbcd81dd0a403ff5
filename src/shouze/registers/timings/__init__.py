"""Timings: by which way of counting the clocks of complaints and requests run, when they warn, and why (Art. 12)."""

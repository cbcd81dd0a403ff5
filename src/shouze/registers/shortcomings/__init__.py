"""Shortcomings: what was found wrong, who mends it by when, the proof, and another person's look at it (Art. 16)."""

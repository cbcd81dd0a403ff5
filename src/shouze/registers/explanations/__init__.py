"""What was reported, put before the person whom it names, and what they say to it (Art. 24)."""

"""Recipients: who is provided with which items, for which purposes, on which ground, until when (Art. 10)."""

"""Unusual handling: what the records show beyond the yardsticks, to be explained or made an incident (Art. 13(6))."""

"""Draws: which annual reviews are looked into, by a seed that anybody may draw with again (Arts. 17, 19)."""

"""Declarations: the rules for collecting and using, drafted, approved, published version by version (Arts. 8, 9)."""

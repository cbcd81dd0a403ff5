"""Operators and jurisdiction: who licensed or registered whom decides who hears of an incident (Arts. 3, 14, 19)."""

"""Refused dispatches: forged, altered, contradictory or misdirected ones, kept as evidence and never obeyed."""

"""Shouze: personal information behind one door."""

"""Bulk operations over whole installations."""

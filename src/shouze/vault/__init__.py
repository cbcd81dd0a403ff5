"""Seal values under a key per subject and ground, so that erasing a key erases them."""

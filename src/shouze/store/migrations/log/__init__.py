"""Revisions of staging and log."""

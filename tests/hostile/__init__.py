"""Floods of broken and forged requests against the whole application."""

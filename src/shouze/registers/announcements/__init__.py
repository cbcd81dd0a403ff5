"""Announcements: violations made public by three people, named in the log, corrected, removed (Arts. 20, 23)."""

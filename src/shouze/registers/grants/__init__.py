"""Grants: what a post, account or person may do, of what, until when; asked for, approved, reviewed (Art. 13(3))."""

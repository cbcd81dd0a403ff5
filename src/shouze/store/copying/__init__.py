"""Copies an installation's content out of one database and into another, whatever their kinds."""

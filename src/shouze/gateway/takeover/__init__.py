"""Takes over the users whom an operator held elsewhere, many at a time."""

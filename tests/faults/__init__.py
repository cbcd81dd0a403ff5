"""Faults of the stores, made outside the program: beneath its files, and on its line to the database server."""

"""The pages that every register has: list, row, act, export; they know registers by their descriptions alone."""

"""The intake reads the holdings of another system, row by row, and hands users over to the door."""

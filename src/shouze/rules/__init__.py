"""The rules: pure functions that decide, and the statutes they rest on as typed rows."""

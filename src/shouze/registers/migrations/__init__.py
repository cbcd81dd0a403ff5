"""The tables that all registers share."""

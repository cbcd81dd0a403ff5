"""The gateway is the only door: decide, record, then open."""

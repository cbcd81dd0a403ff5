"""Findings: what the scanner believes is personal information, place by place, and what people judged of it."""

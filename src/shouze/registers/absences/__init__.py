"""Absences: who stands in for whom, from when until when, so that no clock waits for somebody who is away (Art. 12)."""

"""Incidents: what leaked, was damaged, lost or tampered with, or may have been; measures, grading, report (Art. 14)."""

"""Scans: each result of ``shouze scan`` that was taken in, with its file, and what came of it."""

"""Measures as ``bench.py`` does, with a million users and more rounds: hours, and about 15 GB of disk."""

from __future__ import annotations

from bench import main

if __name__ == "__main__":
    main(users=1_000_000)

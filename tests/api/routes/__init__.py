"""One file per route: who is let in, what it does, what it refuses."""

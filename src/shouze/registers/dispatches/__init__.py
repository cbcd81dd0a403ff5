"""Dispatches (公文): inbox and outbox, each numbered, in order, receipted, and named in the log of either side."""

"""The revisions of the store's tables, one chain per schema."""

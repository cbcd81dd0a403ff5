"""The authority's console: the desk's pages over the registers of a telecommunications authority."""

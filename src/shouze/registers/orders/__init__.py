"""Orders and requests received: the authority's demands, and those of other bodies with their legal ground."""

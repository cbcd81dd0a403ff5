"""Reports of misconduct of the authority's people (Arts. 18, 24): sealed, and never seen by whom they name."""

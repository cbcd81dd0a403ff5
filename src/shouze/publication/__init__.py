"""Publication turns declarations and entries into the policy."""

"""The duties: for each article a module of named checks, which answer from facts where an operator stands."""

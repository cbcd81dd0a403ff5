"""People: who works for the operator and its agents, in which post and roles; joiners, movers, leavers (Art. 13(3))."""

"""Agents: who serves users on the operator's behalf, assessed before, supervised while, ended after (Art. 11)."""

"""Withdrawals (回避) from cases: asked for by a party or an officer, decided by the head (Penalty Law 43)."""

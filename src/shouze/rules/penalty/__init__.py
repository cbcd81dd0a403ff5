"""Penalties: the instruments and their bands, one fine for one act, limitation, the clocks of the procedure; pure."""

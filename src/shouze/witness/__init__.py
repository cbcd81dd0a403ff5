"""The witness cosigns the checkpoints of other installations' logs, and keeps what contradicts them."""

"""Orders that the authority issues: two people sign; by dispatch with a proof, or served on paper (Art. 14(2))."""

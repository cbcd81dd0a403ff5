"""Each operator under each instruction: acknowledged, fulfilled, checked, by its clocks (Arts. 13(7), 13(8))."""

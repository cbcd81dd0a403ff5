"""Bodies: how an authority or an association calls itself before those that it exchanges dispatches with (Art. 3)."""

"""Batches of a public notice: tested, ordered privately, named, checked again (Arts. 17, 20)."""

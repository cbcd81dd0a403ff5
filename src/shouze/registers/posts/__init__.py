"""Posts and responsibilities: which post answers for which duty, and who holds it (Art. 13(1))."""

"""Annual reviews: what an operator tells of its year, checked and concluded on its licence (Art. 19)."""

"""Users' complaints to the authority: taken in sealed, passed on as far as the user agrees (Art. 17)."""

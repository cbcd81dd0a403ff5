"""Answer templates: what complainants are told, in both languages, edition by edition (Art. 12)."""

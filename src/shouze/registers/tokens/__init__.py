"""Tokens: by which programs and people without the desk prove at the door who they are (Art. 13(3))."""

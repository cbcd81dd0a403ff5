"""Departments and branches: a tree, who is in charge of each, and what each answers for (Art. 13(1))."""

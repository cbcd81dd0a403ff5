"""Courses on knowledge, skills and responsibility: pages to read and questions to answer, by version (Art. 15)."""

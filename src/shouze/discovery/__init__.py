"""Discovery finds personal information that nobody declared, says what it is, how sure and why."""

"""Network protection filings (备案) that operators make with the authority (Art. 13(7); Order 11)."""

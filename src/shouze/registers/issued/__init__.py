"""Orders that the authority issues: two people sign, the operator's log proves that they are obeyed (Art. 14(2))."""

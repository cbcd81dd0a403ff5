"""Cases: the penalty procedure, from opening to decision, payment and closing, with its clocks (Arts. 22, 23)."""

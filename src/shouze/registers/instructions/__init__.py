"""Instructions: measures that the authority prescribes to all or some operators (Arts. 13(7), 13(8))."""

"""The operator: who declares, licensed by whom, reached how (Arts. 3, 14(1)); one row."""

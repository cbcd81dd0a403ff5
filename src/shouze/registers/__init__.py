"""The operator's registers: their rows, rules, clocks and effects on the door, one folder for each register."""

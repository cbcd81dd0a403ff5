"""Systems: what holds personal information, reviewed before it connects, protected, graded and tested (Art. 13)."""

"""Credit lists: operators on the bad list and that of the dishonest, for their terms (Art. 20; Licence Measures)."""

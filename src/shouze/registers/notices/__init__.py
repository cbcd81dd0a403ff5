"""Apps named in public notices: what was found in each, mapped to the articles; whose operator it is (Arts. 17, 20)."""

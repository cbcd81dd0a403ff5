"""Records of handling outside the door (paper, legacy systems, agents' systems), attested by people (Art. 13(6))."""

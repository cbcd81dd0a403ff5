"""Channels of enquiry and correction, and whether they work (Art. 9(2))."""

"""Reviews: one grant put before one person, who keeps, narrows or withdraws it (Art. 13(3))."""

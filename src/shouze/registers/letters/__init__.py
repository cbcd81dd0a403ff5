"""Letters: what users write and what they are answered, sealed; e-mail in and out (Art. 12)."""

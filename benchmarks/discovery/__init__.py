"""The scanner's material, quality and speed."""

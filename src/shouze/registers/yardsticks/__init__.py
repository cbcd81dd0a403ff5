"""Yardsticks: from when on handling counts as unusual, and the planted decoys (Art. 13(6))."""

"""Bulk export, copying and destruction under another person's approval (Art. 13(3), 金库模式)."""

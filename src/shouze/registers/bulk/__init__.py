"""Bulk operations (金库模式): exports, copies and destructions that another person reviews (Art. 13(3))."""

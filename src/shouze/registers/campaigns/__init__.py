"""Campaigns of access review: every grant in scope put before somebody who keeps, narrows or withdraws it."""

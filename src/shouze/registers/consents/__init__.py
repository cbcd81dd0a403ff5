"""Consents and notices: each flow that asks users, reviewed for deceit, misleading and coercion (Arts. 9(1)-(3))."""

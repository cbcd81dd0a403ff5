"""The counter: a user calls or comes, is verified, and is served; every look is the door's (Arts. 9(2), 13(3))."""

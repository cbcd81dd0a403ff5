"""Take-down orders: each app store is told privately which apps it takes down, by dispatch or on paper (Art. 17)."""

"""House rules: workflows and security rules, version by version, approved, in force, reviewed (Art. 13(2))."""

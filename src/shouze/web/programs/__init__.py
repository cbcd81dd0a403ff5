"""The registers for programs: JSON under a bearer token, by the rules, roles and records that the pages have."""

"""The authorisation matrix: every operation, asked by every kind of caller, about rows of every owner."""

"""The two holders of an account: its own page, and that of the provider's staff."""

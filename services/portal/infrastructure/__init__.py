"""Sites and hosts, for the provider's staff."""

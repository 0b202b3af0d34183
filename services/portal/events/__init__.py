"""What the services tell each other, for the provider's staff."""

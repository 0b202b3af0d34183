"""The catalogue for the provider's staff."""

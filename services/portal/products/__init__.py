"""The provider's catalogue."""

"""The provider's partners."""

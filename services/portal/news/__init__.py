"""News to the people of customers and partners, for the provider's staff."""

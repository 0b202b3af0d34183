"""Quotes: of a customer, for its people; and of all customers, for the provider's staff."""

"""The account of a customer, for the provider that sells to it."""

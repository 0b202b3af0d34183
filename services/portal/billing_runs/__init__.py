"""The bill groups that the billing run left out, for the provider's staff."""

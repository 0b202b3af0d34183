"""Assets that are deployed at a customer already, entered by the provider's staff from a file."""

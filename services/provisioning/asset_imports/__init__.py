"""Assets that are deployed at a customer already, many at once."""

"""A holder closes the account of their company, or keeps it."""

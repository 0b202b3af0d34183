"""Bill groups, invoices, payments."""

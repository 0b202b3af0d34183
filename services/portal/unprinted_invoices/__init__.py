"""The invoices of all workspaces whose PDF could not be made, for the provider's staff."""

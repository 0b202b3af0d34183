"""Orders of all workspaces that wait for the provider's staff to confirm or return them."""

"""The work of all workspaces that failed, for the provider's staff."""

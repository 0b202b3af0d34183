"""The orders of all workspaces, for the provider's staff."""

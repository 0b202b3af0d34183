"""A person's own settings, which hold in all of their workspaces."""

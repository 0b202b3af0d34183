"""Mails of all workspaces that wait for a recipient or could not be sent, for the provider's staff."""

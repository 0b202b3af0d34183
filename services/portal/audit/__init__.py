"""The workspace's log."""

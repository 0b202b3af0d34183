"""The workspace's people and the invitations to it."""

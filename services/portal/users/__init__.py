"""The workspace's users and the invitations to it."""

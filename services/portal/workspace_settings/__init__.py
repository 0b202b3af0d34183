"""What a workspace's admins set for all of it."""

"""Setting up a new installation: what its provider's admins do first, read from where it is kept."""

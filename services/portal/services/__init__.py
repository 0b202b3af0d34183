"""What the workspace owns."""

"""What a person is told of in the portal."""

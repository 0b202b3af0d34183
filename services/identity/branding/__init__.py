"""What a provider or a partner looks like to its customers: logo, colour, sender name, legal links."""

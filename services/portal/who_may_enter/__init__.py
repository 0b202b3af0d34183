"""Who of a partner or the provider may enter which customer, and who is there now."""

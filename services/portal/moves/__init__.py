"""A customer's admins read that somebody else could sell to it, consent or decline."""

"""The seller's side: what the provider's staff see and change of a customer's bill groups."""

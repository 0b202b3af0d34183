"""The catalogue, the order form, and orders with their live steps."""

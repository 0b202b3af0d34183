"""What the provider's staff do by hand: the work of the driver `manual`."""

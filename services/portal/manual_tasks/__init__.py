"""What the provider's staff do by hand: deliver, set up, move, collect and take down."""

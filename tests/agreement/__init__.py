"""Services that agree with each other by events, whatever order these arrive in."""

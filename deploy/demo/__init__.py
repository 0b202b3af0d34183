"""Made-up companies for a demo, created through the services' public APIs."""

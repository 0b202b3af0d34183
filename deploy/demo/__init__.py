"""Made-up companies for a demo, brought in through the services' public APIs as people would."""

"""What a process tells about itself: numbers for Prometheus, spans for OpenTelemetry."""

"""The generated pages: `make docs`, `make rules`."""

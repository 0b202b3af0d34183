"""The portal's third-party front-end files."""

"""What tests are built on: real servers, a database per service, and people with grants."""

"""Runs Portico on one machine: provides PostgreSQL and RabbitMQ, starts every process, and stops all of them."""

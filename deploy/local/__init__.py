"""Runs Portico on one machine: brings PostgreSQL and RabbitMQ, starts every process, stops all of them again."""

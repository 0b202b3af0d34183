"""`portico migrate`: databases, roles and tables in PostgreSQL; users, permissions, exchanges and queues in
RabbitMQ."""

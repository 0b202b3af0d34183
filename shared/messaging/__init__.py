"""Communication with RabbitMQ: FastStream for consuming, aio-pika for publishing."""

"""All that speaks to RabbitMQ: FastStream for what a service listens to, aio-pika for what it publishes."""

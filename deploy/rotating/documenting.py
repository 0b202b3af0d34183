"""The table of docs/operating.md, from the data."""

from deploy.rotating.table import KEYS, SECRETS

HEAD = """| secret | what it is | restart | `portico rotate` | the old value may leave | taken away at once |
|---|---|---|---|---|---|"""


def table() -> str:
    """In Markdown. The passwords of all services are one row of each kind."""
    passwords = [
        ("<SERVICE>_API_PASSWORD", "of a service's role in PostgreSQL, in `<SERVICE>_DATABASE_URL`", "IDENTITY"),
        ("<SERVICE>_WORKER_PASSWORD", "the same of its workers, in `<SERVICE>_WORKER_DATABASE_URL`", "IDENTITY"),
        ("<SERVICE>_BROKER_PASSWORD", "of its user in RabbitMQ, in `<SERVICE>_RABBITMQ_URL`", "IDENTITY"),
        ("PORTAL_BROKER_PASSWORD", "of the portal's user in RabbitMQ, in `PORTAL_RABBITMQ_URL`", "PORTAL"),
        ("POSTGRES_PASSWORD", "of PostgreSQL's admin, in `PORTICO_ADMIN_DATABASE_URL`", ""),
        ("RABBITMQ_PASSWORD", "of RabbitMQ's admin, in `PORTICO_ADMIN_RABBITMQ_URL`", ""),
    ]
    rows = [(f"`{key.name}`", key.what, key.restart, key.store.value, key.leaves, key.leaked) for key in KEYS]
    for name, what, example in passwords:
        secret = SECRETS[name.replace("<SERVICE>", example)]
        restart = secret.restart.replace("identity", "that service")
        rows.append((f"`{name}`", what, restart, secret.store.value, secret.leaves, secret.leaked))
    return "\n".join([HEAD, *(f"| {' | '.join(row)} |" for row in rows)])

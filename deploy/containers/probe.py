"""A container's health check: `python -S -m deploy.containers.probe 8000 /healthz /readyz`.

Exits with 0 when every path answers 200. Asked every few seconds in every container, so it imports little.
"""

import socket
import sys


def answers(port: int, path: str) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=3) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        return connection.recv(64).split(b" ")[1:2] == [b"200"]


if __name__ == "__main__":
    port, *paths = sys.argv[1:]
    sys.exit(not all(answers(int(port), path) for path in paths))

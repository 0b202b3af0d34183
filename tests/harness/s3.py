"""An S3-compatible store on this machine's loopback, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
from moto.server import ThreadedMotoServer


@contextmanager
def s3_store() -> Iterator[dict[str, Any]]:
    """A store with an empty bucket, as the settings of provisioning that choose it."""
    server, bucket = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False), f"downloads-{uuid4().hex[:8]}"
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    try:
        assert httpx.put(f"{endpoint}/{bucket}", timeout=60).status_code == 200
        yield {
            "downloads_bucket": bucket, "downloads_endpoint": endpoint, "downloads_access_key": "key",
            "downloads_secret_key": "secret",
        }  # fmt: skip
    finally:
        server.stop()

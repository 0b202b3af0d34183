"""A limit for the URL and the headers of a request, which uvicorn has only for its slower parser."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 * 1024
"""The limit of uvicorn's other parser, and four times what most gateways pass on."""


class LimitedHeads(HttpToolsProtocol):
    """Closes a connection whose request has more than `HEAD_BYTES` besides its body: URL, headers, trailers, and the
    sizes of chunks. Without it, a header of 50 MB cost 140 MB and kept the process for three seconds."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._besides_body = 0

    def data_received(self, data: bytes) -> None:
        self._besides_body += len(data)
        super().data_received(data)
        if self._besides_body > HEAD_BYTES and not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.send_400_response("The URL and the headers are too long.")
            self.transport.close()

    def on_body(self, body: bytes) -> None:
        self._besides_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._besides_body = 0
        super().on_message_complete()

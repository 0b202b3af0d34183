"""The settings of the service that answers a request, for its endpoints."""

from typing import Any

from fastapi import Request


async def current_settings(request: Request) -> Any:
    """Each service says of which class they are, where it declares what depends on this."""
    return request.app.state.runtime.settings

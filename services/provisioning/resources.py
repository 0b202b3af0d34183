"""What hosts have and services take."""

from typing import Annotated, Literal, get_args

from pydantic import Field

Resource = Literal["cpu_cores", "memory_gb", "storage_gb", "ports", "bandwidth_mbps"]
RESOURCES: tuple[Resource, ...] = get_args(Resource)
MOST = 1_000_000_000
"""Of one resource of a host."""
Amount = Annotated[int, Field(ge=0, le=MOST)]

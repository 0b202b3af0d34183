from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.schemas import Body, Name, Read


class SiteUpdate(Body):
    display_name: Name
    city: Name
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    """The country's two letters of ISO 3166, such as DE."""
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    """Degrees; north is positive."""
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    """Degrees; east is positive."""


class SiteCreate(SiteUpdate):
    key: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    """The site's name in URLs. It never changes."""


class SiteRead(Read):
    """A site where services run."""

    id: UUID
    key: str
    display_name: str
    city: str
    country: str
    """The country's two letters of ISO 3166."""
    latitude: float
    """Degrees; north is positive."""
    longitude: float
    """Degrees; east is positive."""

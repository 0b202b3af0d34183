from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from shared.addresses import Address
from shared.field_errors import Code
from shared.lists import TableQuery
from shared.schemas import Body, Line, Name, Read

LocationState = Literal["open", "closed"]
Country = Annotated[str, Field(pattern="^([A-Z]{2})?$")]


class LocationUpdate(Body):
    display_name: Name
    """What its people call it. No other location of the customer has the same name, in any case."""
    street: Line = ""
    postal_code: Annotated[Line, Field(max_length=20)] = ""
    city: Name
    country: Country = ""
    """The country's two letters of ISO 3166, such as DE; empty: not said."""
    contact_name: Line = ""
    """Whom to write to there. Required together with the address."""
    contact_address: Address | Literal[""] = ""
    """Where an invitation to the location is sent. Empty: nobody can be invited yet."""

    @model_validator(mode="after")
    def _whole_contact(self) -> "LocationUpdate":
        """An address without a name takes the address as the name of its person."""
        if self.contact_address and not self.contact_name:
            self.contact_name = self.contact_address
        return self


class LocationCreate(LocationUpdate):
    bill_group_id: UUID | None = None
    """The bill group that pays for what is deployed there, which never changes. Defaults to the default one."""


class LocationsQuery(TableQuery):
    state: LocationState | None = None
    bill_group_id: UUID | None = None
    """Only locations under this bill group."""
    sort: Literal["name"] = "name"


class LocationRead(Read):
    id: UUID
    bill_group_id: UUID
    bill_group_name: str
    """The bill group's present name; empty while it is not known."""
    display_name: str
    street: str
    postal_code: str
    city: str
    country: str
    """ISO 3166, two letters; empty: not said."""
    contact_name: str
    contact_address: str
    """Where an invitation is sent; empty: no address is on file."""
    state: LocationState
    services: int
    """How many services are deployed there, up to 1,001, which means more than 1,000."""


class LocationName(Read):
    """A location in answers about what is deployed there."""

    id: UUID
    display_name: str


class LocationMade(Read):
    """The location, by its id."""

    id: UUID


MOST_ROWS = 1_000
"""Locations that are imported at once."""


class LocationRow(Body):
    """A location to import, as it is written. What is wrong with it is told in the row's result, with all else that is
    wrong, so that nothing but its size refuses the request."""

    display_name: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    contact_name: str = ""
    contact_address: str = ""
    bill_group: str = ""
    """The name of an open bill group, in any case. Empty: the default one for a new location."""


class LocationsImport(Body):
    rows: Annotated[list[LocationRow], Field(min_length=1, max_length=MOST_ROWS)]


class RowError(Read):
    """What is wrong with a field of a row."""

    pointer: str
    """JSON pointer of the field, in the row."""
    code: Code
    detail: str
    """What is wrong, in English."""
    limit: int | None = None
    """The limit that the code is about."""


class RowResult(Read):
    state: Literal["added", "there_already", "refused"]
    """``there_already``: an open location is the same in everything that the row says; it stays as it is."""
    id: UUID | None
    """The location. Null in a check of a new one, and for a row that is refused."""
    errors: list[RowError]
    """Why it is refused."""


class LocationsImported(Read):
    """What became of each row; in a check, what would."""

    added: int
    there_already: int
    refused: int
    rows: list[RowResult]
    """In the order of the request."""

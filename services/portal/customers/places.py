"""Where the pages about one matter of a child are, such as its suspension: below its account, or below the account of
the partner whose customer it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from services.portal.customers.account_paths import id_in_path
from services.portal.customers.lists import ChildList, InList


@dataclass(frozen=True)
class Place:
    """Which child it is about, and where its pages are. ``back`` is where the question came from: its account, or the
    partner."""

    child_id: UUID
    listed: ChildList
    path: str
    back: str


def place_in(listed: ChildList, matter: str, child_id: UUID, partner_id: UUID | None = None) -> Place:
    """The place of this ``matter``, which is the last part of the path."""
    if partner_id is None:
        return Place(child_id, listed, listed.about(child_id, matter), listed.account(child_id))
    return Place(child_id, listed, listed.about_below(partner_id, child_id, matter), listed.account(partner_id))


def place_of(matter: str) -> Callable[[Request, ChildList, UUID], Awaitable[Place]]:
    """The place that a path /{base}/{slug}/{list_name}/… names, with a ``partner_id`` or without one."""

    async def find(request: Request, listed: InList, child_id: UUID) -> Place:
        partner_id = id_in_path(found) if (found := request.path_params.get("partner_id")) else None
        return place_in(listed, matter, child_id, partner_id)

    return find

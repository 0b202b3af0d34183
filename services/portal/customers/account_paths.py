"""The paths of a customer's account and of its bill groups. A partner's begin with /partner/, the provider's with
/provider/."""

from typing import Literal
from uuid import UUID

from fastapi import HTTPException

from services.portal.viewer import Viewer

Base = Literal["partner", "provider"]
ACCOUNT = "/{base}/{slug}/customers/{customer_id}"
GROUP = ACCOUNT + "/bill-groups/{group_id}"
PROVIDER_ACCOUNT, PROVIDER_GROUP = (each.replace("{base}", "provider") for each in (ACCOUNT, GROUP))
"""Of pages that show money, which the provider alone does."""


def account_path(viewer: Viewer, customer_id: UUID) -> str:
    workspace = viewer.workspace
    return ACCOUNT.format(base=workspace.kind, slug=workspace.slug, customer_id=customer_id)


def group_path(viewer: Viewer, customer_id: UUID, group_id: UUID) -> str:
    workspace = viewer.workspace
    return GROUP.format(base=workspace.kind, slug=workspace.slug, customer_id=customer_id, group_id=group_id)


def id_in_path(given: object) -> UUID:
    """An id of the path, which nothing has looked at yet. One that is none is not found."""
    try:
        return UUID(str(given))
    except ValueError:
        raise HTTPException(404) from None

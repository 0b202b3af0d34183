"""The operations of releases and downloads."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from services.provisioning.downloads.links import make_link, seal_link
from services.provisioning.settings import Settings
from shared.events import Actor, Via
from tests.authorisation.callers import CUSTOMER, Caller
from tests.authorisation.entries import Ask, Body, Entry, Nested, Proof
from tests.authorisation.releasing import PLACED
from tests.authorisation.world import World

RELEASE = {"version": "3.0", "released_on": "2026-02-01"}
UNDONE = frozenset({"not-found"})
"""The second of two transactions, as the matrix keeps nothing of the first one."""


def of_a_product(world: World, caller: Caller, _: str | None) -> Body:
    return RELEASE | {"product_id": world.rows["released products"][0].id}


def an_upload(world: World, caller: Caller, _: str | None) -> Body:
    return b"an agent"  # type: ignore[return-value]


def named(world: World, id_: str | None) -> Mapping[str, str]:
    return {"name": "more.zip"}


def a_link(world: World) -> Ask:
    """To a file of Northwind's first bill group, as one of its people asks for it."""
    here = world.tree.ids[CUSTOMER]
    file = next(row.id for row in world.rows["files to download"] if row.workspace_id == here)
    actor = Actor(kind="user", user_id=UUID(int=1), address="a@northwind.example", via=Via.own)
    link = make_link(
        UUID(file), workspace_id=here, parent_workspace_id=None, actor=actor, now=datetime.now(UTC)
    )  # fmt: skip
    settings = cast(Settings, world.installation["provisioning"].runtime.settings)
    return Ask({"link": seal_link(settings.secret_keys, link)})


def no_link(_: World) -> Ask:
    return Ask({"link": "gAAAAABsomebody-made-this-up"})


RELEASING: dict[str, tuple[Entry | Proof, ...]] = {
    "GET /releases": (Entry("released products", "query.product_id", hidden=200),),
    "POST /releases": (Entry(body=of_a_product),),
    "GET /releases/placed-files": (Entry(),),
    "GET /releases/{release_id}": (Entry("releases"),),
    "PUT /releases/{release_id}": (Entry("drafts", body=RELEASE),),
    "POST /releases/{release_id}/publish": (Entry("drafts"),),
    "POST /releases/{release_id}/withdraw": (Entry("published releases", body={"reason": "It does not start."}),),
    "POST /releases/{release_id}/files": (Entry("drafts", body={"name": PLACED}),),
    "PUT /releases/{release_id}/files/{name}": (Entry("drafts", path=named, body=an_upload, refusals=UNDONE),),
    "DELETE /releases/{release_id}/files/{file_id}": (Nested("files of drafts"),),
    "GET /downloads/products": (Entry(lists="products to download"),),
    "GET /downloads/products/{product_key}/releases": (Entry("keys of products to download"),),
    "GET /downloads/releases/{release_id}/signature": (Entry("releases to download"),),
    "POST /downloads": (Entry("files to download", "body.file_id"),),
    "GET /downloads/{link}": (Proof(a_link, no_link, hidden=410),),
}

"""The operations of customers that go to another seller."""

from tests.authorisation.callers import Caller
from tests.authorisation.entries import Body, Entry
from tests.authorisation.world import World

OF_OWN_ADMINS = frozenset({"only-the-customer"})
NOT_PROPOSED = frozenset({"nobody-to-consent", "move-proposed-already", "no-seller-for-it"})


def to_another_seller(world: World, caller: Caller, id_: str | None) -> Body:
    """A partner that the customer is not below."""
    seller = "meridian" if id_ == str(world.tree.ids["brookside"]) else "tidewater"
    return {"to_workspace_id": str(world.tree.ids[seller]), "reason": "The partner closes."}


MOVES: dict[str, tuple[Entry, ...]] = {
    "GET /moves/here": (Entry(refusals=OF_OWN_ADMINS),),
    "POST /moves/here/{move_id}/consent": (Entry("moves", refusals=OF_OWN_ADMINS),),
    "POST /moves/here/{move_id}/decline": (Entry("moves", body={"reason": "No."}, refusals=OF_OWN_ADMINS),),
    "GET /moves/below/{workspace_id}": (Entry("customers of the provider"),),
    "GET /moves/below/{workspace_id}/sellers": (Entry("customers of the provider"),),
    "PUT /moves/below/{workspace_id}": (
        Entry("customers of the provider", body=to_another_seller, refusals=NOT_PROPOSED),
    ),
    "DELETE /moves/below/{workspace_id}": (Entry("proposed moves", refusals=frozenset({"move-closed"})),),
}

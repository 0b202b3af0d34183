"""The operations of add-ons."""

from tests.authorisation.callers import Caller
from tests.authorisation.entries import Body, Entry, Proof
from tests.authorisation.world import World

DEEDS = {
    "add-ons": "orders",
    "add-ons/orders/{order_id}/withdraw": "orders/{order_id}/withdraw",
    "add-ons/changes": "changes",
    "add-ons/cancellations": "cancellations",
    "add-ons/cancellations/{order_id}/undo": "cancellations/{order_id}/undo",
}
"""What is done to add-ons, and what is the same for other services."""
CHECKS = ("POST /provisioning/add-ons/check", "POST /provisioning/add-ons/changes/check")
OTHERS = frozenset({"others-order"})


def an_add_on(world: World, caller: Caller, _: str | None) -> Body:
    return world.add_on | {"configuration": {}}


def a_change(world: World, caller: Caller, _: str | None) -> Body:
    return {"plan_version_id": world.add_on["plan_version_id"], "configuration": {"note": "bigger"}}


ADD_ONS: dict[str, tuple[Entry | Proof, ...]] = {
    "POST /add-ons": (Entry("circuits", "body.part_of", body=an_add_on, hidden=422),),
    "POST /add-ons/check": (Entry("circuits", "body.part_of", body=an_add_on, hidden=422),),
    "GET /add-ons/site-offers/{product_id}": (Entry("add-on products"),),
    "POST /add-ons/orders/{order_id}/withdraw": (Entry("waiting orders of add-ons", refusals=OTHERS),),
    "POST /add-ons/changes": (Entry("add-ons", "body.service_id", body=a_change),),
    "POST /add-ons/changes/check": (Entry("add-ons", "body.service_id", body=a_change),),
    "POST /add-ons/cancellations": (
        Entry("add-ons", "body.service_id", body={"ends": "period_end", "end_reason": "other"}),
    ),
    "POST /add-ons/cancellations/{order_id}/undo": (
        Entry("orders of add-ons", refusals=frozenset({"cancellation-not-scheduled"})),
    ),
}

"""The operations of what people do by hand, and of assets."""

from tests.authorisation.by_hand import SOON, photographed
from tests.authorisation.callers import Caller
from tests.authorisation.entries import Body, Entry, Proof
from tests.authorisation.world import World


def a_photo(world: World, caller: Caller, _: str | None) -> Body:
    return photographed("teal")  # type: ignore[return-value]


ASSETS = {"rows": [{"serial_number": "EG-9", "product": "gateway", "location": "office"}]}

MANUAL: dict[str, tuple[Entry | Proof, ...]] = {
    "GET /manual-tasks": (
        Entry(lists="open tasks"),
        Entry(query={"state": "done"}, lists="tasks of assets that are there"),
    ),
    "GET /manual-tasks/count": (Entry(),),
    "GET /manual-tasks/{task_id}": (Entry("tasks"),),
    "POST /manual-tasks/{task_id}/plan": (Entry("open tasks", body={"planned_on": SOON, "note": "Two people come."}),),
    "POST /manual-tasks/{task_id}/finish": (Entry("open tasks", body={"serial_numbers": ["EG-2"]}),),
    "POST /manual-tasks/{task_id}/give-up": (Entry("open tasks", body={"reason": "No mast."}),),
    "PUT /manual-tasks/{task_id}/asset": (Entry("tasks", body={"serial_numbers": ["EG-3"], "condition": "worn"}),),
    "PUT /manual-tasks/{task_id}/photo": (Entry("tasks", body=a_photo),),
    "GET /manual-tasks/{task_id}/photo": (Entry("tasks of assets that are there"),),
    "DELETE /manual-tasks/{task_id}/photo": (Entry("tasks of assets that are there"),),
    "GET /assets/{service_id}/photo": (Entry("assets with a photo"),),
    "POST /asset-imports/{workspace_id}/check": (Entry("customers with an office", body=ASSETS),),
    "POST /asset-imports/{workspace_id}": (Entry("customers with an office", body=ASSETS),),
}

"""What the log says of work by hand, and of assets."""

from typing import Any

import pytest

from services.portal.audit.by_hand_sentences import BY_HAND
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident
from tests.portal.telling import PAGE, entry, log_of, sentences_in

LARS = {"id": ident("lars"), "address": "lars@larkspur.example", "display_name": "Lars Holm", "via": "parent"}
SYSTEM = {"id": None, "address": None, "display_name": None, "via": "system"}
NAME = f'<a href="/w/northwind/services/{ident("service-60")}">Edge gateway</a>'
TASK = {"service_id": ident("service-60"), "display_name": "Edge gateway", "kind": "asset", "verb": "create",
        "wanted_on": None}  # fmt: skip
ASSET = {"service_id": ident("service-60"), "display_name": "Edge gateway", "serial_numbers": [], "condition": None,
         "has_photo": False}  # fmt: skip


def told(name: str, of: dict[str, Any] = TASK, actor: dict[str, Any] = LARS, **details: Any) -> dict[str, Any]:
    return entry(f"provisioning.{name}", of | details, actor=actor)


@pytest.mark.rule("K14", "L14")
async def test_work_by_hand_is_told_by_what_is_done(visit: Visit, fakes: FakeServices) -> None:
    day, note = {"planned_on": "2026-12-03"}, {"note": "Between 9 and 11"}
    log_of(
        fakes,
        told("manual_task_opened", actor=SYSTEM),
        told("manual_task_opened", actor=SYSTEM, kind="port", verb="delete", wanted_on="2026-12-01"),
        told("manual_task_planned", **day, **note),
        told("manual_task_planned", **day, verb="change", note=""),
        told("manual_task_finished"),
        told("manual_task_finished", kind="port"),
        told("manual_task_finished", verb="delete"),
        told("manual_task_given_up", reason="No power there."),
        told("manual_task_given_up", kind="port", verb="change", reason="create"),
        told("manual_task_finished", verb="paint"),
    )

    page = (await visit("jonas", **{"Accept-Language": "en-US"}).get(PAGE)).text

    assert sentences_in(page) == [
        f"The asset {NAME} is to be delivered.",
        f"The service {NAME} is to be taken down, wanted for Dec 1, 2026.",
        f"Lars Holm planned the delivery of the asset {NAME} for Dec 3, 2026: “Between 9 and 11”.",
        f"Lars Holm planned to move or change the asset {NAME} on Dec 3, 2026.",
        f"Lars Holm delivered the asset {NAME}.",
        f"Lars Holm set up the service {NAME}.",
        f"Lars Holm collected the asset {NAME}.",
        f"Lars Holm could not deliver the asset {NAME}: “No power there.”.",
        f"Lars Holm could not move or change the service {NAME}: “create”.",
        f"Lars Holm did the work on the service {NAME}.",
    ]


@pytest.mark.rule("K14", "L14")
async def test_what_is_known_of_an_asset_is_told(visit: Visit, fakes: FakeServices) -> None:
    log_of(
        fakes,
        told("asset_described", ASSET, serial_numbers=["EG-1", "EG-2"], condition="new", has_photo=True),
        told("asset_described", ASSET, serial_numbers=["1", "2", "3", "4"]),
        told("asset_described", ASSET, serial_numbers=["EG-1"]),
        told("asset_described", ASSET),
    )

    page = (await visit("jonas", **{"Accept-Language": "en-US"}).get(PAGE)).text

    assert sentences_in(page) == [
        f"Lars Holm described the asset {NAME}: serial numbers EG-1, EG-2; condition: New; with a photo.",
        f"Lars Holm described the asset {NAME}: 4 serial numbers.",
        f"Lars Holm described the asset {NAME}: serial number EG-1.",
        f"Lars Holm described the asset {NAME}.",
    ]


def test_what_is_cancelled_is_never_given_up_and_all_else_has_a_sentence() -> None:
    for event in ("opened", "planned", "finished", "given_up"):
        for verb in ("create", "change", "delete"):
            for kind in ("", "_asset"):
                said = f"manual_task_{event}:{verb}{kind}" in BY_HAND
                assert said == ((event, verb) != ("given_up", "delete"))

"""Additional users add to services, change and cancel what was added, and are offered nothing else."""

from html import unescape
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.portal import business
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices, Session
from tests.portal.orders_answers import waiting_order
from tests.portal.parts_answers import BACKUP, part
from tests.portal.samples import ident
from tests.portal.test_parts import ADD_ON, NODE, PLAN, SERVICE

PART = ident("service-1")
OF_PART = f"/w/northwind/services/{PART}"
VERBS = ["change", "delete", "reset_credentials", "suspend"]


@pytest.fixture
def added(fakes: FakeServices, monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    """A node with a backup, and somebody who is an additional user there."""
    monkeypatch.setattr(business, "PLANS", [*business.PLANS, PLAN])
    monkeypatch.setattr(business, "PRODUCTS", [*business.PRODUCTS, BACKUP])
    fakes.sessions["ada"] = Session("tom", "northwind", "northwind", "additional", workspaces=["northwind"])
    fakes.add_ons = [BACKUP]
    show(fakes)
    return fakes


def show(fakes: FakeServices, **changes: Any) -> None:
    one = part("Nightly copy", id=PART) | {"verbs": VERBS, "by_hand": False, "may_pause": False} | changes
    fakes.replies["GET", f"/api/provisioning/services/{PART}"] = httpx.Response(200, json=one)


@pytest.mark.rule("I10", "I23", "I26")
async def test_only_add_ons_are_offered_to_an_additional_user(visit: Visit, added: FakeServices) -> None:
    ada = visit("ada")

    service, one = [unescape((await ada.get(path)).text) for path in (SERVICE, OF_PART)]
    catalogue = (await ada.get("/w/northwind/orders/new")).text
    direct = [await ada.get(f"{SERVICE}/{deed}") for deed in ("change", "cancel", "suspend")]

    assert f'href="{ADD_ON}"' in service
    assert "Standard: $9.00" in service
    for deed in ("change", "cancel", "suspend", "reset-credentials"):
        assert f'href="{SERVICE}/{deed}"' not in service
    assert f'href="{OF_PART}/change"' in one
    assert f'href="{OF_PART}/cancel"' in one
    assert f'href="{OF_PART}/suspend"' not in one
    assert f'href="{OF_PART}/reset-credentials"' not in one
    assert "Configure" not in catalogue
    assert [each.status_code for each in direct] == [403, 403, 403]


@pytest.mark.rule("I23")
async def test_an_additional_user_orders_an_add_on_at_the_price_that_is_shown(
    visit: Visit, added: FakeServices
) -> None:
    ada, path = visit("ada"), urlsplit(ADD_ON).path

    form = (await ada.get(ADD_ON)).text
    entries = {"plan_version_id": ident("plan-b1"), "quantity": "1", "part_of": NODE}
    reviewed = await ada.post(path, data=entries, follow_redirects=True)
    placed = await ada.post(f"{path}/review", data={"draft": reviewed.url.params["draft"]})

    assert "disabled" not in form[form.index('class="btn btn-primary"') :].partition(">")[0]
    assert "$9.00" in reviewed.text
    assert "Place the order" in reviewed.text
    assert placed.status_code == 303
    assert [each["part_of"] for each in added.sent("POST", "/api/provisioning/add-ons")] == [NODE]
    assert added.sent("POST", "/api/provisioning/orders") == []


@pytest.mark.rule("I23")
async def test_an_add_on_is_changed_and_cancelled_where_add_ons_are(visit: Visit, added: FakeServices) -> None:
    ada = visit("ada")

    changed = await ada.post(f"{OF_PART}/change", data={"quantity": "2"}, follow_redirects=True)
    await ada.post(f"{OF_PART}/change/review", data={"draft": changed.url.params["draft"]})
    ends = {"ends": "period_end", "end_reason": "other", "idempotency_key": "k" * 20}
    cancelled = await ada.post(f"{OF_PART}/cancel", data=ends)
    show(added, cancelled_by=ident("order"))
    page = (await ada.get(OF_PART)).text
    undone = await ada.post(f"{OF_PART}/cancel/{ident('order')}/undo", data={})

    assert len(added.sent("POST", "/api/provisioning/add-ons/changes")) == 1, changed.text
    assert [cancelled.status_code, undone.status_code] == [303, 303]
    assert len(added.sent("POST", "/api/provisioning/add-ons/cancellations")) == 1
    assert f'action="{OF_PART}/cancel/{ident("order")}/undo"' in page
    for others in ("changes", "cancellations"):
        assert added.sent("POST", f"/api/provisioning/{others}") == []


@pytest.mark.rule("I23")
async def test_an_add_on_that_waits_for_the_provider_is_withdrawn_by_an_additional_user(
    visit: Visit, added: FakeServices
) -> None:
    added.waiting = waiting_order("awaiting_acknowledgement", part_of=NODE, submitted_at=business.at(minutes=1))
    ada, here = visit("ada"), f"/w/northwind/orders/{added.waiting['id']}"

    page = (await ada.get(here)).text
    await ada.post(f"{here}/withdraw", data={})
    added.waiting |= {"part_of": None}
    others = (await ada.get(here)).text

    assert f'action="{here}/withdraw"' in page
    assert len(added.sent("POST", f"/api/provisioning/add-ons/orders/{added.waiting['id']}/withdraw")) == 1
    assert f'action="{here}/withdraw"' not in others


@pytest.mark.rule("I23", "D2")
async def test_a_member_asks_for_an_add_on(visit: Visit, added: FakeServices) -> None:
    tomas, path = visit("tomas"), urlsplit(ADD_ON).path

    entries = {"plan_version_id": ident("plan-b1"), "quantity": "1", "part_of": NODE}
    reviewed = await tomas.post(path, data=entries, follow_redirects=True)
    await tomas.post(f"{path}/review", data={"draft": reviewed.url.params["draft"], "message": "For the audit."})

    assert "Ask for approval" in reviewed.text
    assert [each["message"] for each in added.sent("POST", "/api/provisioning/add-ons")] == ["For the audit."]

"""Add-ons: services that are ordered for another one, and live and end with it (K7, K8, P19)."""

import asyncio
from uuid import UUID, uuid4

import pytest

from services.provisioning import handlers
from services.provisioning.bill_groups.service import copy_bill_group
from shared.events.billing import BillGroupCreated, SubscriptionMoved
from tests.provisioning.harness import ProvisioningHarness, order_of, post
from tests.provisioning.living import API, Living
from tests.provisioning.parts import Whole
from tests.provisioning.test_cancelling import kind_of


@pytest.mark.rule("K7")
async def test_an_add_on_is_ordered_for_a_service_and_belongs_to_it(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)

    offered = [each["key"] for each in (await node.parts())["add_ons"]]
    backup = await node.added()
    found = await node.parts()

    assert offered == [node.add_on["key"]]
    assert [(each["id"], each["part_of"], each["state"]) for each in found["parts"]] == [(backup.id, node.id, "active")]
    assert ((await backup.read())["whole_name"], (await backup.read())["brought"]) == ("uplink-1", False)
    assert (await provisioning.read(node.admin, {"id": (await backup.read())["order_id"]}))["part_of"] == node.id
    (placed,) = [
        each
        for each in await provisioning.database.events("provisioning.order_placed")
        if each["service_id"] == backup.id
    ]
    assert placed["part_of"] == node.id
    assert await provisioning.broken() == []


@pytest.mark.rule("K7")
async def test_an_add_on_is_not_in_the_list_of_what_can_be_ordered_alone(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)

    listed = (await node.admin.http.get(f"{API}/products")).json()["items"]
    alone = await post(node.admin, f"{API}/orders", order_of(node.add_on, configuration={}))

    assert [each["key"] for each in listed] == [node.product["key"]]
    assert (alone.status_code, kind_of(alone)) == (422, "add-on-of-nothing")
    assert [each["pointer"] for each in alone.json()["errors"]] == ["/product_id"]


@pytest.mark.rule("K7")
async def test_an_add_on_is_refused_for_what_it_does_not_fit(provisioning: ProvisioningHarness) -> None:
    node, others = await Whole.open(provisioning), await Whole.open(provisioning)
    backup = await node.added()

    answers = [
        await node.add(part_of=str(uuid4())),
        await node.add(part_of=others.id),
        await node.add(part_of=backup.id),
        await post(node.admin, f"{API}/add-ons", order_of(node.product, part_of=node.id)),
    ]

    assert [(each.status_code, kind_of(each)) for each in answers] == [
        (422, "add-on-of-nothing"), (422, "add-on-of-nothing"), (422, "add-on-does-not-fit"),
        (422, "add-on-does-not-fit"),
    ]  # fmt: skip


@pytest.mark.rule("K7")
async def test_an_add_on_is_refused_for_a_service_that_does_not_work_or_ends(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    scheduled = (await node.cancel("period_end")).json()
    ending = await node.add()
    await node.undo(scheduled["id"])
    await node.suspend()
    suspended = await node.add()
    await node.work()
    await node.resume()
    await node.work()
    await node.cancel("now")
    deleting = await node.add()
    await node.work()
    deleted = await node.add()

    assert [kind_of(each) for each in (ending, suspended, deleting, deleted)] == [
        "service-ending", "service-not-active", "service-not-active", "service-not-active",
    ]  # fmt: skip
    assert await provisioning.broken() == []


@pytest.mark.rule("D2")
async def test_a_member_asks_for_an_add_on(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    member = await node.somebody("member")

    asked = (await node.add(caller=member)).json()
    before = (await node.parts())["parts"]
    shown = {"plan_version_id": node.add_on["plan_version_id"]}
    approved = await post(node.admin, f"{API}/orders/{asked['id']}/approve", shown)
    await node.work()

    assert (asked["state"], asked["part_of"], before, approved.status_code) == ("awaiting_approval", node.id, [], 200)
    assert [each["state"] for each in (await node.parts())["parts"]] == ["active"]
    assert await provisioning.broken() == []


@pytest.mark.rule("D2")
async def test_an_add_on_is_not_approved_for_a_service_that_ends_meanwhile(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    asked = (await node.add(caller=await node.somebody("member"))).json()
    await node.cancel("now")
    await node.work()

    shown = {"plan_version_id": node.add_on["plan_version_id"]}
    approved = await post(node.admin, f"{API}/orders/{asked['id']}/approve", shown)

    assert (approved.status_code, kind_of(approved)) == (409, "service-not-active")
    assert await provisioning.broken() == []


@pytest.mark.rule("P19", "K7")
async def test_of_an_add_on_and_the_deletion_of_its_service_the_first_counts(provisioning: ProvisioningHarness) -> None:
    for _ in range(4):
        node = await Whole.open(provisioning)

        added, cancelled = await asyncio.gather(node.add(), node.cancel("now"))
        await node.work()

        states = [added.status_code, cancelled.status_code]
        assert states in ([201, 409], [409, 201]), (added.text, cancelled.text)
        assert (await node.read())["state"] == {201: "deleted", 409: "active"}[cancelled.status_code]
        assert await provisioning.broken() == []


async def test_a_service_has_at_most_twenty_parts(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    answers = [await node.add() for _ in range(21)]

    assert [each.status_code for each in answers] == [201] * 20 + [409]
    assert kind_of(answers[-1]) == "too-many-parts"


async def test_an_add_on_is_paid_by_the_bill_group_of_its_service(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    group = uuid4()
    await moved(node, group)

    order = (await node.add()).json()
    other = await node.add(bill_group_id=str(node.admin.workspace_id))

    assert order["bill_group_id"] == str(group)
    assert (other.status_code, kind_of(other)) == (422, "bill-group-does-not-fit")


async def moved(node: Living, group: UUID) -> None:
    here = node.admin.workspace_id
    async with node._as_system() as session:
        made = BillGroupCreated(
            workspace_id=here, bill_group_id=group, display_name="Second", currency="EUR", is_default=False
        )
        await copy_bill_group(session, made)
        moved = SubscriptionMoved(
            workspace_id=here, subject_version=3, subscription_id=uuid4(), service_id=UUID(node.id),
            bill_group_id=group, former_bill_group_id=here,
        )  # fmt: skip
        await handlers.follow_payer(session, moved)


@pytest.mark.rule("K7")
async def test_a_withdrawn_add_on_cannot_be_added(provisioning: ProvisioningHarness) -> None:
    node = await Whole.open(provisioning)
    await provisioning.provider.http.post(f"{API}/catalogue/{node.add_on['key']}/withdraw")

    answer = await node.add()

    assert (answer.status_code, kind_of(answer)) == (409, "product-no-longer-offered")
    assert (await node.parts())["add_ons"] == []

"""The seller's side of bill groups: creating, renaming, closing, switching, and moving subscriptions."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.identity import UserRegistered
from tests.billing.harness import PROVIDER, BillingHarness, key


def path(customer: UUID, *rest: object) -> str:
    return "/".join(["/api/billing/customers", str(customer), *map(str, rest)])


async def groups(billing: BillingHarness, customer: UUID) -> list[dict[str, Any]]:
    answer = await billing.provider.http.get(path(customer, "bill-groups"))
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def create(
    billing: BillingHarness, customer: UUID, name: str = "Asia", currency: str = "EUR", **more: Any
) -> Any:
    body = {"display_name": name, "currency": currency} | more
    return await billing.provider.http.post(path(customer, "bill-groups"), json=body, headers=key())


async def change(billing: BillingHarness, customer: UUID, group: object, **what: Any) -> Any:
    return await billing.provider.http.patch(path(customer, "bill-groups", group), json=what)


async def move(billing: BillingHarness, customer: UUID, subscription: object, group: object) -> Any:
    where = path(customer, "subscriptions", subscription, "move")
    return await billing.provider.http.post(where, json={"bill_group_id": str(group)}, headers=key())


async def first_subscription(billing: BillingHarness, customer: UUID) -> dict[str, Any]:
    query = "SELECT * FROM subscriptions WHERE workspace_id = :w ORDER BY ordered_at, id"
    return (await billing.rows(query, w=customer))[0]


@pytest.mark.rule("O30", "D20")
async def test_a_seller_creates_a_group_which_takes_over_the_billing_contact(billing: BillingHarness) -> None:
    customer = await billing.customer()
    await billing.hear(UserRegistered(workspace_id=customer, user_id=uuid4(), address="jonas@northwind.example",
                                      display_name="Jonas Weber"))  # fmt: skip

    made = await create(billing, customer, "Japan", "JPY", terms_days=30)

    assert made.status_code == 201, made.text
    default, japan = await groups(billing, customer)
    assert (default["is_default"], japan["is_default"], japan["id"]) == (True, False, made.json()["id"])
    assert (japan["currency"], japan["terms_days"], japan["portal_on"], japan["paying_on"]) == ("JPY", 30, True, True)
    assert japan["contacts"]["billing"]["address"] == "jonas@northwind.example"
    created = (await billing.events("bill_group_created", customer))[-1]
    assert (created["bill_group_id"], created["actor"]["via"], created["parent_workspace_id"]) == (
        made.json()["id"], "parent", str(PROVIDER))  # fmt: skip
    assert (await billing.provider.http.get(path(customer, "bill-groups", japan["id"]))).json() == japan


@pytest.mark.parametrize("wrong", [{"currency": "XXX"}, {"currency": "DEM"}, {"display_name": ""}, {"terms_days": 366}])
async def test_a_group_that_is_none_is_refused(billing: BillingHarness, wrong: dict[str, Any]) -> None:
    customer = await billing.customer()
    assert (await create(billing, customer, **wrong)).status_code == 422
    assert len(await groups(billing, customer)) == 1


async def test_a_customer_of_somebody_else_is_like_one_that_is_not_there(billing: BillingHarness) -> None:
    customer = await billing.customer()
    other = uuid4()
    await billing.hear(billing.workspace(other, kind="provider", name="Other").model_copy(
        update={"parent_workspace_id": None}))  # fmt: skip
    stranger = await billing.running.caller("admin", workspace_id=other, kind="provider")

    for asked in (customer, uuid4(), other):
        answer = await stranger.http.get(path(asked, "bill-groups"))
        assert answer.status_code == 404, answer.text
        body = {"display_name": "Asia", "currency": "EUR"}
        made = await stranger.http.post(path(asked, "bill-groups"), json=body, headers=key())
        assert made.status_code == 404, made.text


@pytest.mark.rule("O30")
async def test_each_group_is_renamed_and_switched_on_its_own(billing: BillingHarness) -> None:
    customer = await billing.customer()
    made = (await create(billing, customer)).json()["id"]

    for what in ({"display_name": "APAC"}, {"portal_on": False}, {"paying_on": False}, {"terms_days": 7}):
        assert (await change(billing, customer, made, **what)).status_code == 200

    default, apac = await groups(billing, customer)
    assert (apac["display_name"], apac["portal_on"], apac["paying_on"], apac["terms_days"]) == ("APAC", False, False, 7)
    assert (default["portal_on"], default["paying_on"], default["terms_days"]) == (True, True, 14)
    told = (await billing.events("bill_group_updated", customer))[-1]
    assert (told["bill_group_id"], told["portal_on"], told["paying_on"]) == (made, False, False)
    assert await billing.verify() == []


async def test_there_is_always_one_default_and_it_stays_open(billing: BillingHarness) -> None:
    customer = await billing.customer()
    made = (await create(billing, customer)).json()["id"]
    default = (await groups(billing, customer))[0]["id"]

    refused = await change(billing, customer, default, is_closed=True)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/default-stays-open")
    assert (await change(billing, customer, made, is_default=True)).status_code == 200
    assert (await change(billing, customer, default, is_closed=True)).status_code == 200
    again = await change(billing, customer, default, is_default=True)

    assert (again.status_code, again.json()["type"]) == (409, "/problems/closed-is-no-default")
    assert [(g["id"], g["is_default"], g["is_closed"]) for g in await groups(billing, customer)] == [
        (made, True, False), (default, False, True)]  # fmt: skip


async def test_a_group_that_is_used_or_owes_is_not_closed(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    made = (await create(billing, customer)).json()["id"]
    used = (await groups(billing, customer))[0]["id"]
    assert (await change(billing, customer, made, is_default=True)).status_code == 200

    for still in ("a subscription", "an unpaid invoice"):
        refused = await change(billing, customer, used, is_closed=True)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/bill-group-in-use"), still
        subscription = await first_subscription(billing, customer)
        await move(billing, customer, subscription["id"], made)

    assert (await change(billing, customer, made, is_closed=True)).status_code == 409


async def test_a_moved_subscription_is_billed_by_its_new_group_from_its_next_date_on(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    made = (await create(billing, customer)).json()["id"]
    former = (await groups(billing, customer))[0]["id"]
    before = await first_subscription(billing, customer)

    moved = await move(billing, customer, before["id"], made)

    assert moved.json() == {"id": str(before["id"]), "bill_group_id": made}
    after = await first_subscription(billing, customer)
    assert (str(after["bill_group_id"]), after["unbilled_from"]) == (made, before["unbilled_from"])
    shown = {group["id"]: group for group in await groups(billing, customer)}
    assert (shown[former]["next_billing_on"], shown[made]["next_billing_on"]) == (None, "2027-02-10")
    assert [(shown[id_]["has_contract"], shown[id_]["owes"]) for id_ in (former, made)] == [
        (False, True),
        (True, False),
    ]
    [told] = await billing.events("subscription_moved", customer)
    assert (told["bill_group_id"], told["former_bill_group_id"]) == (made, former)
    await billing.day_by_day(32)
    first, second = await billing.invoices(customer)
    assert (str(first["bill_group_id"]), str(second["bill_group_id"])) == (former, made)
    assert await billing.verify() == []


async def test_a_group_that_was_billed_today_is_not_billed_again_when_a_subscription_leaves_it(
    billing: BillingHarness,
) -> None:
    customer, _ = await billing.invoiced()
    made, billed = (await create(billing, customer)).json()["id"], await first_subscription(billing, customer)
    await billing.subscribed(customer, await billing.plan(31_000))  # starts today and waits for the next date
    await billing.run_jobs()

    await move(billing, customer, billed["id"], made)

    shown = {group["id"]: group["next_billing_on"] for group in await groups(billing, customer)}
    assert list(shown.values()) == ["2027-02-10", "2027-02-10"]
    assert await billing.verify() == []
    await billing.run_jobs()
    assert len(await billing.invoices(customer)) == 1


async def test_a_subscription_that_joins_a_group_with_another_date_is_billed_on_that_date(
    billing: BillingHarness,
) -> None:
    customer, _ = await billing.invoiced(31_000)
    made = (await create(billing, customer)).json()["id"]
    billing.move_to(billing.now + timedelta(days=5))
    await billing.subscribed(customer, await billing.plan(62_000), bill_group_id=UUID(made))
    await billing.run_jobs()

    await move(billing, customer, (await first_subscription(billing, customer))["id"], made)

    shown = {group["id"]: group["next_billing_on"] for group in await groups(billing, customer)}
    assert shown[made] == "2027-02-15"
    assert await billing.verify() == []
    await billing.day_by_day(32)
    assert [(str(i["issued_on"]), i["net_minor"]) for i in await billing.invoices(customer)][2:] == [
        ("2027-02-15", 5_000 + 31_000 + 62_000)]  # fmt: skip
    assert await billing.verify() == []


async def test_a_subscription_moves_to_no_closed_group_and_to_none_of_another_currency(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    subscription = await first_subscription(billing, customer)
    yen, closed = [(await create(billing, customer, currency=each)).json()["id"] for each in ("JPY", "EUR")]
    await change(billing, customer, closed, is_closed=True)

    kinds = [(await move(billing, customer, subscription["id"], each)).json()["type"] for each in (yen, closed)]
    gone = await move(billing, customer, subscription["id"], uuid4())

    assert kinds == ["/problems/other-currency", "/problems/not-movable"]
    assert gone.status_code == 404
    assert await first_subscription(billing, customer) == subscription


async def test_the_lists_of_a_customer_are_what_it_sees_itself(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    await billing.invoiced()
    admin = await billing.admin(customer)

    for name in ("subscriptions", "invoices"):
        seller = (await billing.provider.http.get(path(customer, name))).json()
        assert seller == (await admin.http.get(f"/api/billing/{name}")).json()
        assert len(seller["items"]) == 1


@pytest.mark.rule("O2", "L15")
async def test_an_invoice_is_not_paid_online_where_paying_is_off(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    admin, group = await billing.admin(customer), (await groups(billing, customer))[0]["id"]

    await change(billing, customer, group, paying_on=False)
    refused = await billing.pay(admin, invoice)
    await change(billing, customer, group, paying_on=True)
    taken = await billing.pay(admin, invoice)

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/paying-is-off")
    assert taken.status_code == 201


@pytest.mark.parametrize(
    ("number", "status", "check"),
    [("", 200, "none"), ("DE136695976", 200, "valid"), ("DE 136.695.976", 200, "valid"), ("EL094259216", 200, "valid"),
     ("DE136695978", 422, None), ("DE1", 422, None), ("ZZ123", 200, "unchecked"), ("12345", 200, "unchecked"),
     ("x" * 31, 422, None)],
)  # fmt: skip
@pytest.mark.rule("O15", "O16", "O17")
async def test_a_customer_keeps_its_profile_and_a_wrong_vat_number_is_refused(
    billing: BillingHarness, number: str, status: int, check: str | None
) -> None:
    customer = await billing.customer()
    admin = await billing.admin(customer)
    [group] = (await admin.http.get("/api/billing/bill-groups")).json()
    body = {"po_number": "PO-7", "vat_number": number, "registration_number": "HRB 12"}

    answer = await admin.http.put(f"/api/billing/bill-groups/{group['id']}/profile", json=body)

    [shown] = (await admin.http.get("/api/billing/bill-groups")).json()
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.json() == body == {name: shown[name] for name in body}
        assert shown["vat_check"] == check
        [told] = await billing.events("billing_profile_changed", customer)
        assert (told["vat_number"], told["subject"]["version"]) == (number, 2)
    else:
        assert answer.json()["errors"][0]["pointer"] == "/vat_number"
        assert shown["po_number"] == ""


@pytest.mark.rule("O15", "D21")
async def test_the_next_invoice_says_the_new_profile(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    admin = await billing.admin(customer)
    [group] = (await admin.http.get("/api/billing/bill-groups")).json()

    await admin.http.put(f"/api/billing/bill-groups/{group['id']}/profile", json={"po_number": "PO-9"})
    await billing.day_by_day(32)

    first, second = await billing.invoices(customer)
    assert (first["buyer"]["po_number"], second["buyer"]["po_number"]) == ("", "PO-9")


@pytest.mark.parametrize(("address", "stored"), [
    ("zoë@bücher.example", None), ("zoe@bücher.example", "zoe@xn--bcher-kva.example"), ("zoe@nowhere", None),
])  # fmt: skip
@pytest.mark.rule("O8", "O22")
async def test_a_contact_that_no_mail_reaches_is_refused_at_once(
    billing: BillingHarness, address: str, stored: str | None
) -> None:
    customer = await billing.customer()
    admin = await billing.admin(customer)
    [group] = (await admin.http.get("/api/billing/bill-groups")).json()
    body = {"address": address, "display_name": "Zoe"}

    answer = await admin.http.put(f"/api/billing/bill-groups/{group['id']}/contacts/billing", json=body)

    assert answer.status_code == (200 if stored else 422)
    assert answer.json().get("address") == stored

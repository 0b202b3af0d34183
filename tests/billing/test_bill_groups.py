from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.errors import NotYetKnown
from shared.events.identity import ContactAdded, InvitationAccepted, UserRegistered, UserUpdated
from tests.billing.harness import BillingHarness
from tests.billing.test_customers_groups import change, groups

CONTACT = {"address": "accounts@northwind.example", "display_name": "Accounts", "city": "Hamburg", "country": "Germany"}


def jonas(workspace_id: UUID, user_id: UUID | None = None) -> UserRegistered:
    return UserRegistered(
        workspace_id=workspace_id,
        user_id=user_id or uuid4(),
        address="jonas@northwind.example",
        display_name="Jonas Weber",
    )


async def contact_of(billing: BillingHarness, customer: UUID) -> str | None:
    rows = await billing.rows("SELECT address FROM bill_group_contacts WHERE workspace_id = :w", w=customer)
    return rows[0]["address"] if rows else None


async def test_each_customer_has_one_default_bill_group(billing: BillingHarness) -> None:
    customer = await billing.customer()
    partner = await billing.customer(kind="partner")

    await billing.hear(billing.workspace(customer))

    [group] = await billing.rows("SELECT * FROM bill_groups")
    assert (group["workspace_id"], group["currency"], group["terms_days"]) == (customer, "EUR", 14)
    assert (group["frequency"], group["auto_pay"]) == ("monthly", False)
    assert len(await billing.events("bill_group_created", customer)) == 1
    assert await billing.events("bill_group_created", partner) == []


@pytest.mark.rule("O11", "O12", "O13", "O14")
async def test_the_billing_summary_tells_next_date_balance_frequency_and_auto_pay(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced(50_000)
    admin = await billing.admin(customer)

    await billing.day_by_day(15)
    [overdue] = (await admin.http.get("/api/billing/bill-groups")).json()
    await billing.day_by_day(16)
    [two] = (await admin.http.get("/api/billing/bill-groups")).json()

    shown = ("next_billing_on", "outstanding_minor", "overdue_minor", "frequency", "auto_pay", "currency")
    assert [overdue[name] for name in shown] == ["2027-02-10", 60_000, 60_000, "monthly", False, "EUR"]
    assert [two[name] for name in shown] == ["2027-03-10", 120_000, 60_000, "monthly", False, "EUR"]


@pytest.mark.rule("O11")
async def test_before_billing_starts_the_next_date_is_that_of_the_start(billing: BillingHarness) -> None:
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan(), delay_days=15)

    [group] = (await (await billing.admin(customer)).http.get("/api/billing/bill-groups")).json()

    assert group["next_billing_on"] == "2027-01-25"
    assert group["outstanding_minor"] == 0


@pytest.mark.rule("O22")
async def test_the_first_user_is_the_billing_contact_until_another_is_set(billing: BillingHarness) -> None:
    customer = await billing.customer()

    await billing.hear(jonas(customer))
    await billing.hear(jonas(customer).model_copy(update={"address": "second@northwind.example"}))

    [changed] = await billing.events("billing_contact_changed", customer)
    assert (changed["kind"], changed["address"]) == ("billing", "jonas@northwind.example")
    assert await contact_of(billing, customer) == "jonas@northwind.example"


async def test_a_registered_user_who_joins_becomes_the_billing_contact_too(billing: BillingHarness) -> None:
    partner, customer, user_id = await billing.customer(kind="partner"), await billing.customer(), uuid4()
    joined = InvitationAccepted(workspace_id=customer, invitation_id=uuid4(), role="admin", user_id=user_id)

    with pytest.raises(NotYetKnown):
        await billing.hear(joined)
    renamed = UserUpdated(
        **jonas(partner, user_id).model_dump() | {"address": "new@northwind.example"},
    )
    await billing.hear(jonas(partner, user_id), renamed.model_copy(update={"subject_version": 2}), joined)

    assert await contact_of(billing, customer) == "new@northwind.example"
    assert await contact_of(billing, partner) is None


async def test_a_persons_older_address_does_not_come_back(billing: BillingHarness) -> None:
    partner, user_id = await billing.customer(kind="partner"), uuid4()
    newer = UserUpdated(
        **jonas(partner, user_id).model_dump() | {"address": "new@northwind.example", "subject_version": 2}
    )

    await billing.hear(newer, jonas(partner, user_id))

    assert await billing.rows("SELECT address FROM people") == [{"address": "new@northwind.example"}]


@pytest.mark.parametrize(("kind", "address"), [("billing", "bills@northwind.example"), ("technical", None)])
async def test_a_billing_contact_of_the_company_is_the_first_to_get_invoices(
    billing: BillingHarness, kind: str, address: str | None
) -> None:
    customer = await billing.customer()

    await billing.hear(
        ContactAdded(
            workspace_id=customer, contact_id=uuid4(), kind=kind, address="bills@northwind.example",
            display_name="Bills", wants_service_mail=False,
        )
    )  # fmt: skip

    assert await contact_of(billing, customer) == address


@pytest.mark.rule("O22")
async def test_a_group_that_was_there_before_anybody_gets_the_first_contact_too(billing: BillingHarness) -> None:
    customer = await billing.customer()
    await billing.bill_group(customer, "USD")
    for address in ("first@northwind.example", "second@northwind.example"):
        added = {"contact_id": uuid4(), "address": address, "display_name": "Bills", "wants_service_mail": False}
        await billing.hear(ContactAdded(workspace_id=customer, kind="billing", **added))

    rows = await billing.rows("SELECT address FROM bill_group_contacts WHERE workspace_id = :w", w=customer)
    assert [row["address"] for row in rows] == ["first@northwind.example"] * 2
    assert len(await billing.events("billing_contact_changed", customer)) == 2


@pytest.mark.rule("O8", "O22", "O23", "O6")
@pytest.mark.parametrize("kind", ["billing", "shipping"])
async def test_the_customer_changes_its_contacts_without_the_seller(billing: BillingHarness, kind: str) -> None:
    customer = await billing.customer()
    await billing.hear(jonas(customer))
    admin = await billing.admin(customer)
    [group] = (await admin.http.get("/api/billing/bill-groups")).json()

    answer = await admin.http.put(f"/api/billing/bill-groups/{group['id']}/contacts/{kind}", json=CONTACT)

    [group] = (await admin.http.get("/api/billing/bill-groups")).json()
    changed = (await billing.events("billing_contact_changed", customer))[-1]
    assert answer.json() == group["contacts"][kind]
    assert group["contacts"][kind]["city"] == "Hamburg"
    assert (changed["kind"], changed["address"]) == (kind, "accounts@northwind.example")
    assert changed["subject"]["version"] == 3


@pytest.mark.rule("D21", "O22")
async def test_a_new_contact_is_on_the_next_invoice_and_not_on_the_last(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    admin = await billing.admin(customer)
    [group] = (await admin.http.get("/api/billing/bill-groups")).json()

    await admin.http.put(f"/api/billing/bill-groups/{group['id']}/contacts/billing", json=CONTACT)
    billing.move_to(billing.now + timedelta(days=31))
    await billing.run_jobs()

    before, after = await billing.invoices(customer)
    assert (before["buyer"]["attention"], before["buyer"]["postal_lines"]) == ("", [])
    assert (after["buyer"]["attention"], after["buyer"]["postal_lines"]) == ("Accounts", ["Hamburg", "Germany"])


@pytest.mark.parametrize(
    "wrong",
    [{"address": "nobody"}, {"display_name": ""}, {"street": "a\nb"}, {"currency": "USD"}, {"city": "x" * 201}],
)
async def test_a_contact_that_is_not_one_is_refused(billing: BillingHarness, wrong: dict[str, str]) -> None:
    customer = await billing.customer()
    admin = await billing.admin(customer)
    [group] = (await admin.http.get("/api/billing/bill-groups")).json()

    answer = await admin.http.put(f"/api/billing/bill-groups/{group['id']}/contacts/billing", json=CONTACT | wrong)

    assert answer.status_code == 422
    assert await contact_of(billing, customer) is None


@pytest.mark.rule("O2", "L15")
@pytest.mark.parametrize("off", [{"online_payments": False}, {"gateway": "none"}])
async def test_a_customer_is_told_whether_its_group_and_the_installation_take_online_payments(
    billing: BillingHarness, off: dict[str, Any]
) -> None:
    customer = await billing.customer()
    admin, group = await billing.admin(customer), (await groups(billing, customer))[0]["id"]
    settings = billing.running.runtime.settings

    async def told() -> bool:
        return bool((await admin.http.get("/api/billing/bill-groups")).json()[0]["paying_on"])

    at_first = await told()
    await change(billing, customer, group, paying_on=False)
    of_group = await told()
    await change(billing, customer, group, paying_on=True)
    for name, value in off.items():
        setattr(settings, name, value)

    assert (at_first, of_group, await told()) == (True, False, False)
    assert (await groups(billing, customer))[0]["paying_on"], "the seller sees the group's own switch"

"""Licences: issued with their service, shown, replaced, revoked and activated (I5, I10, I22, D30)."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.provisioning import handlers
from services.provisioning.licences.entitlements import entitlements
from shared.events.billing import SubscriptionRenewed
from shared.scope import begin_in
from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.licensing import LICENCES, Licensed
from tests.provisioning.resetting import dump


@pytest.mark.rule("I5")
async def test_a_service_of_the_kind_licence_gets_one_licence_that_follows_it(
    provisioning: ProvisioningHarness,
) -> None:
    licensed = await Licensed.of(provisioning)
    issued = await licensed.licence()
    await licensed.suspend()
    await licensed.work()
    during = await licensed.licence()
    refused = await licensed.activate("build-1")
    await licensed.resume()
    await licensed.work()
    after = await licensed.licence()
    key = await licensed.key()
    await licensed.cancel()
    await licensed.work()
    ended = await licensed.licence()
    listed = (await licensed.admin.http.get(LICENCES)).json()["items"]
    among_ended = (await licensed.admin.http.get(f"{LICENCES}?state=ended")).json()["items"]

    assert [each["state"] for each in (issued, during, after, ended)] == ["valid", "on_hold", "valid", "ended"]
    assert (issued["quantity"], issued["activations"], issued["generation"]) == (2, 0, 1)
    assert (issued["display_name"], issued["product"]["display_name"]) == ("gateway-1", "Harbour Gateway")
    assert (refused.status_code, refused.json()["state"]) == (409, "on_hold")
    assert (await licensed.check(key)).json()["verdict"] == "ended"
    assert (await licensed.ask_for_key()).json()["type"] == "/problems/licence-not-valid"
    assert (listed, [each["id"] for each in among_ended]) == ([], [issued["id"]])
    (event,) = await provisioning.database.events("provisioning.licence_issued")
    assert (event["licence_id"], event["service_id"], event["quantity"]) == (issued["id"], licensed.id, 2)
    assert await provisioning.broken() == []


@pytest.mark.rule("I5", "I10", "I22")
@pytest.mark.parametrize(
    ("role", "sees", "releases", "rotates"),
    [
        ("admin", True, True, True),
        ("regular", True, True, False),
        ("member", True, False, False),
        ("additional", True, True, False),
        ("read_only", True, False, False),
        ("support", False, False, False),
        ("billing", False, False, False),
    ],
)
async def test_who_may_see_a_key_release_a_machine_and_replace_the_key(
    provisioning: ProvisioningHarness, role: str, sees: bool, releases: bool, rotates: bool
) -> None:
    licensed = await Licensed.of(provisioning)
    person = await licensed.somebody(role)
    activated = (await licensed.activate("build-1")).json()["activation_id"]

    shown = await licensed.ask_for_key(person)
    released = await licensed.release(activated, person)
    rotated = await licensed.rotate(person)

    assert [shown.status_code == 200, released.status_code == 204, rotated.status_code == 204] == [
        sees, releases, rotates,
    ]  # fmt: skip
    assert {each.status_code for each in (shown, released, rotated)} <= {200, 204, 403}
    told = await provisioning.database.events("provisioning.licence_key_shown")
    assert (told[-1]["actor"]["user_id"] == str(person.user_id)) is sees  # type: ignore[index]


@pytest.mark.rule("D30", "I5")
async def test_no_key_and_no_fingerprint_is_stored_anywhere(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning)
    key = await licensed.key()
    receipt = (await licensed.activate("build-1", key)).json()["receipt"]

    stored = await dump(provisioning)

    assert "build-1" in stored
    for secret in (key, key.split(".")[2], receipt, "fingerprint-build-1"):
        assert secret not in stored


@pytest.mark.rule("I5")
async def test_the_providers_staff_revoke_a_licence_with_a_reason_and_take_it_back(
    provisioning: ProvisioningHarness,
) -> None:
    licensed = await Licensed.of(provisioning)
    key = await licensed.key()

    revoked = await licensed.revoke()
    during, twice = await licensed.licence(), await licensed.revoke()
    refused = [(await licensed.activate("build-1", key)).status_code, (await licensed.rotate()).status_code]
    verdict = (await licensed.check(key)).json()["verdict"]
    back = await licensed.reinstate()
    after = await licensed.check(key)

    assert [each.status_code for each in (revoked, twice, back)] == [204, 409, 204]
    assert (during["state"], during["revoked_for"], verdict) == ("revoked", "Unpaid since June", "revoked")
    assert refused == [409, 409]
    assert (after.json()["verdict"], (await licensed.licence())["revoked_for"]) == ("valid", None)
    (told,) = await provisioning.database.events("provisioning.licence_revoked")
    assert (told["workspace_id"], told["actor"]["via"]) == (str(licensed.admin.workspace_id), "parent")  # type: ignore[index]
    assert (await licensed.reinstate()).status_code == 409
    assert await provisioning.broken() == []


@pytest.mark.rule("I5", "P16")
async def test_nobody_revokes_licences_of_others_customers(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning)
    elsewhere = await provisioning.running.caller("admin", kind="provider", address="eve@elsewhere.example")

    answers = [await licensed.revoke(caller=elsewhere), await licensed.revoke(caller=licensed.admin)]

    assert [each.status_code for each in answers] == [404, 403]


@pytest.mark.rule("I5")
async def test_maintenance_follows_the_contract_and_so_does_the_key(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning)
    here, product_id = licensed.admin.workspace_id, UUID(licensed.product["id"])
    open_ended = await licensed.key()

    await licensed.billing_starts(term_ends_on=date(2027, 12, 1), at_term_end="renew")
    first = await licensed.key()
    renewed = SubscriptionRenewed(
        workspace_id=here, subject_version=4, subscription_id=uuid4(), service_id=UUID(licensed.id),
        bill_group_id=here, term_ends_on=date(2028, 12, 1), at_term_end="renew",
    )  # fmt: skip
    async with licensed._as_system() as session:
        await handlers.fulfil_renewal(session, renewed)
    await licensed.billing_starts(term_ends_on=date(2027, 12, 1), at_term_end="renew")  # once more, late

    second = await licensed.key()
    checked = [(await licensed.check(key)).json() for key in (open_ended, first, second)]
    assert [each["verdict"] for each in checked] == ["valid"] * 3
    assert [each["maintenance_until"] for each in checked] == ["2028-11-30"] * 3
    assert [each["is_newest_text"] for each in checked] == [False, False, True]
    async with begin_in(provisioning.database.api, here) as session:
        (entitled,) = await entitlements(session, product_id)
        assert (entitled.maintenance_until, str(entitled.service_id)) == (date(2028, 11, 30), licensed.id)
    async with begin_in(provisioning.database.api, uuid4()) as session:
        assert await entitlements(session, product_id) == []


@pytest.mark.rule("I5")
async def test_a_contract_that_goes_on_after_its_term_entitles_without_an_end(
    provisioning: ProvisioningHarness,
) -> None:
    licensed = await Licensed.of(provisioning)

    await licensed.billing_starts(term_ends_on=date(2027, 12, 1), at_term_end="continue")

    assert (await licensed.licence())["maintenance_until"] is None


@pytest.mark.rule("I5")
async def test_a_licence_that_is_revoked_or_on_hold_entitles_to_nothing(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning)
    await licensed.revoke()

    async with begin_in(provisioning.database.api, licensed.admin.workspace_id) as session:
        assert await entitlements(session, UUID(licensed.product["id"])) == []


@pytest.mark.rule("I5")
async def test_services_that_were_there_before_get_their_licence_once(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning)
    async with provisioning.database.owner() as session:
        await session.execute(text("DELETE FROM licences"))
        await session.commit()
    before = await provisioning.broken()

    assert [await licensed.issue_missing(), await licensed.issue_missing()] == [1, 0]

    assert len(before) == 1
    assert (await licensed.licence())["state"] == "valid"
    assert await provisioning.broken() == []


@pytest.mark.rule("I5", "P16")
async def test_who_is_limited_to_a_location_sees_the_licences_there_alone(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning)
    here = licensed.admin.workspace_id
    location = await licensed.admin.http.post(
        "/api/provisioning/locations", headers={"Idempotency-Key": str(uuid4())},
        json={"display_name": "Harbour", "bill_group_id": str(here), "street": "1 Quay", "postal_code": "1",
              "city": "Rotterdam", "country": "NL"},
    )  # fmt: skip
    assert location.status_code == 201, location.text
    there = location.json()["id"]
    visitor = await provisioning.running.caller(
        "additional", workspace_id=here, bill_group_id=here, location_ids=[there], address="visitor@northwind.example"
    )
    before = await visitor.http.get(LICENCES)
    async with provisioning.database.owner() as session:
        await session.execute(text("UPDATE services SET location_id = CAST(:there AS uuid)"), {"there": there})
        await session.commit()

    after = await visitor.http.get(LICENCES)

    assert before.json()["items"] == []
    assert [each["display_name"] for each in after.json()["items"]] == ["gateway-1"]
    assert (await licensed.ask_for_key(visitor)).status_code == 200


@pytest.mark.rule("I5")
async def test_licences_are_found_by_the_name_of_their_service(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning)

    found = [(await licensed.admin.http.get(f"{LICENCES}?count=true&q={q}")).json() for q in ("gate", "other")]

    assert [(each["count"], len(each["items"])) for each in found] == [(1, 1), (0, 0)]

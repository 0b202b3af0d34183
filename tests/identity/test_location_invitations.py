"""The door of locations: who is invited to them, what their people get, and how it ends."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.handlers import follow_location
from services.identity.jobs import settle_locations
from shared.events.provisioning import LocationAdded, LocationClosed, LocationEvent, LocationUpdated
from tests.identity.harness import Story
from tests.identity.test_invitations import follow, look

PATH = "location-invitations"
MARA = "mara@northwind.example"
PLACE = {"street": "", "postal_code": "", "city": "Berlin", "country": "DE"}


class Locations:
    """Locations of Northwind, as provisioning tells of them."""

    def __init__(self, story: Story) -> None:
        self.story, self.group = story, uuid4()
        self.known: dict[UUID, LocationEvent] = {}

    @property
    def customer_id(self) -> UUID:
        return UUID(self.story.northwind)

    async def tell(self, event: LocationEvent) -> None:
        await self.story.identity.hear(follow_location, event)

    async def add(self, name: str, address: str = MARA) -> UUID:
        added = LocationAdded(
            workspace_id=self.customer_id, location_id=uuid4(), bill_group_id=self.group, display_name=name,
            contact_name="Mara Lind" if address else "", contact_address=address, **PLACE,
        )  # fmt: skip
        self.known[added.location_id] = added
        await self.tell(added)
        return added.location_id

    async def change(self, location_id: UUID, kind: type[LocationEvent] = LocationUpdated, **changes: Any) -> None:
        before = self.known[location_id]
        fields = before.model_dump() | changes | {"subject_version": before.subject_version + 1, "event_id": uuid4()}
        self.known[location_id] = kind.model_validate(fields)
        await self.tell(self.known[location_id])

    async def settle(self) -> None:
        await self.story.identity.work(settle_locations)

    async def status(self, *ids: UUID) -> list[tuple[str, int, bool]]:
        asked = [str(each) for each in ids]
        found = {each["id"]: each for each in await self.story.jonas.get(PATH, location_id=asked)}
        return [
            (each["status"], each["people"], each["invitation"] is not None)
            for each in (found[str(id_)] for id_ in ids)
        ]


@pytest.fixture
async def locations(story: Story) -> Locations:
    return Locations(story)


@pytest.mark.rule("L3", "L8", "L9", "L10", "L12", "D3", "D4")
async def test_the_contact_on_file_is_invited_and_gets_the_location_alone(story: Story, locations: Locations) -> None:
    berlin, cologne = await locations.add("Berlin"), await locations.add("Cologne")
    before = await locations.status(berlin, cologne)

    await story.jonas.post(f"{PATH}/{berlin}/send")
    [mail] = await story.identity.mails(MARA)
    invited = await locations.status(berlin, cologne)
    shown = (await look(story.identity, mail.token)).json()
    mara = await story.identity.accept(MARA)

    assert before == [("not_connected", 0, False)] * 2
    assert invited == [("not_connected", 0, True), ("not_connected", 0, False)]
    assert (shown["locations"], shown["role"], mail.letter["locations"]) == (["Berlin"], "regular", ["Berlin"])
    assert await locations.status(berlin, cologne) == [("connected", 1, False), ("not_connected", 0, False)]
    token = await mara.token()
    assert (token["roles"], "user.list" in token["permissions"]) == (["regular"], False)
    assert {"service.order", "location.view"} <= token["permissions"].keys()
    [person] = await story.jonas.get(f"{PATH}/{berlin}/people")
    assert (person["address"], person["let_in_by"]) == (MARA, "Admin")
    [granted] = [
        e for e in await story.identity.events("access_granted") if e["grant"]["source"] == "location_invitation"
    ]
    assert (granted["grant"]["location_id"], granted["grant"]["bill_group_id"]) == (str(berlin), str(locations.group))
    assert await story.identity.problems() == []


@pytest.mark.rule("L11")
async def test_without_an_address_on_file_nobody_is_invited(story: Story, locations: Locations) -> None:
    berlin = await locations.add("Berlin", address="")

    answer = await story.jonas.ask("POST", f"{PATH}/{berlin}/send")
    await locations.change(berlin, contact_address=MARA, contact_name="Mara Lind")
    await story.jonas.post(f"{PATH}/{berlin}/send")

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-address-at-location")
    assert len(await story.identity.mails(MARA)) == 1


@pytest.mark.rule("L2")
async def test_several_locations_are_given_together_and_a_later_invitation_adds_to_a_pending_one(
    story: Story, locations: Locations
) -> None:
    places = [await locations.add(name) for name in ("Berlin", "Cologne", "Dresden")]
    body = {"address": MARA, "display_name": "Mara Lind", "location_ids": [str(each) for each in places[:2]]}
    await story.jonas.post(PATH, body)
    first = (await story.identity.mails(MARA))[-1]

    await story.jonas.post(f"{PATH}/{places[2]}/send")
    second = (await story.identity.mails(MARA))[-1]
    dead = await follow(story.identity, first.token)
    mara = await story.identity.accept(MARA)

    assert (first.letter["locations"], second.letter["locations"]) == (
        ["Berlin", "Cologne"], ["Berlin", "Cologne", "Dresden"],
    )  # fmt: skip
    assert dead.status_code == 410
    assert await locations.status(*places) == [("connected", 1, False)] * 3
    assert {each["location_name"] for each in await mara.get("me/workspaces")} == {"Berlin", "Cologne", "Dresden"}
    assert await story.identity.problems() == []


@pytest.mark.rule("L10", "S09")
async def test_whoever_reads_a_former_address_is_not_let_in(story: Story, locations: Locations) -> None:
    berlin, cologne = await locations.add("Berlin"), await locations.add("Cologne")
    await story.jonas.post(f"{PATH}/{berlin}/send")
    await story.jonas.post(f"{PATH}/{cologne}/send")

    await locations.change(berlin, contact_address="kai@northwind.example")
    await locations.settle()
    still = await locations.status(berlin, cologne)
    await story.identity.accept(MARA)

    assert still == [("not_connected", 0, False), ("not_connected", 0, True)]
    assert await locations.status(berlin, cologne) == [("not_connected", 0, False), ("connected", 1, False)]
    assert await story.identity.problems() == []


@pytest.mark.rule("L10", "S09")
async def test_before_a_change_of_the_address_is_settled_the_former_one_is_not_let_in_either(
    story: Story, locations: Locations
) -> None:
    berlin = await locations.add("Berlin")
    await story.jonas.post(f"{PATH}/{berlin}/send")
    token = (await story.identity.mails(MARA))[-1].token

    await locations.change(berlin, contact_address="kai@northwind.example")
    with pytest.raises(AssertionError):
        await story.identity.accept(MARA)

    assert await locations.status(berlin) == [("not_connected", 0, True)]
    await locations.settle()
    assert await locations.status(berlin) == [("not_connected", 0, False)]
    assert (await follow(story.identity, token)).status_code == 410


@pytest.mark.rule("L7", "D14")
async def test_a_closed_location_lets_its_people_go_and_its_invitations_end(story: Story, locations: Locations) -> None:
    berlin, cologne = await locations.add("Berlin"), await locations.add("Cologne")
    await story.jonas.post(f"{PATH}/{berlin}/send")
    mara = await story.identity.accept(MARA)
    body = {"address": "kai@northwind.example", "display_name": "Kai", "location_ids": [str(berlin), str(cologne)]}
    await story.jonas.post(PATH, body)

    await locations.change(berlin, LocationClosed)
    await locations.settle()

    with pytest.raises(AssertionError, match="session-over"):
        await mara.token()
    assert await locations.status(berlin, cologne) == [("not_connected", 0, False), ("not_connected", 0, True)]
    await story.identity.accept("kai@northwind.example")
    assert await locations.status(berlin, cologne) == [("not_connected", 0, False), ("connected", 1, False)]
    assert await story.identity.problems() == []


@pytest.mark.rule("L7", "P24")
async def test_an_admin_takes_a_location_from_a_person_and_people_leave_by_themselves(
    story: Story, locations: Locations
) -> None:
    berlin, cologne = await locations.add("Berlin"), await locations.add("Cologne", "kai@northwind.example")
    for location in (berlin, cologne):
        await story.jonas.post(f"{PATH}/{location}/send")
    mara, kai = await story.identity.accept(MARA), await story.identity.accept("kai@northwind.example")
    [person] = await story.jonas.get(f"{PATH}/{berlin}/people")

    removed = await story.jonas.ask("DELETE", f"{PATH}/{berlin}/people/{person['user_id']}")
    again = await story.jonas.ask("DELETE", f"{PATH}/{berlin}/people/{person['user_id']}")
    left = await kai.ask("POST", f"me/workspaces/{locations.customer_id}/leave")

    assert (removed.status_code, again.status_code, left.status_code) == (204, 404, 204)
    with pytest.raises(AssertionError, match="session-over"):
        await mara.token()
    assert await locations.status(berlin, cologne) == [("not_connected", 0, False)] * 2
    assert await story.identity.problems() == []


@pytest.mark.rule("L8", "P1")
async def test_the_parent_invites_and_takes_back_and_nobody_else_may(story: Story, locations: Locations) -> None:
    berlin = await locations.add("Berlin")
    of_parent = f"{PATH}/customers/{locations.customer_id}"

    await story.ana.post(f"{of_parent}/{berlin}/send")
    [seen] = await story.ana.get(of_parent, location_id=[str(berlin)])
    taken = await story.ana.ask("POST", f"{of_parent}/{berlin}/revoke")
    again = await story.ana.ask("POST", f"{of_parent}/{berlin}/revoke")
    elsewhere = await story.ana.ask("POST", f"{PATH}/customers/{uuid4()}/{berlin}/send")
    own = await story.ana.ask("POST", f"{PATH}/{berlin}/send")

    assert (seen["status"], seen["invitation"] is not None) == ("not_connected", True)
    assert (taken.status_code, again.status_code, elsewhere.status_code, own.status_code) == (204, 409, 404, 403)
    [sent] = [e for e in await story.identity.events("invitation_sent") if e["locations"]]
    assert (sent["actor"]["via"], sent["locations"]) == ("parent", ["Berlin"])


@pytest.mark.rule("D16")
async def test_users_of_the_whole_account_need_no_location_and_one_invited_to_all_stays_so(
    story: Story, locations: Locations
) -> None:
    berlin = await locations.add("Berlin")
    body = {"display_name": "Kai", "location_ids": [str(berlin)]}
    member = await story.jonas.ask("POST", PATH, body | {"address": "jonas@northwind.example"})
    await story.jonas.post("invitations", {"address": MARA, "display_name": "Mara", "role": "regular"})
    invited = await story.jonas.ask("POST", PATH, body | {"address": MARA})
    unknown = await story.jonas.ask("POST", PATH, body | {"address": MARA, "location_ids": [str(uuid4())]})

    assert [member.json()["type"], invited.json()["type"], unknown.status_code] == [
        "/problems/already-member", "/problems/invited-to-all", 404,
    ]  # fmt: skip
    await story.identity.accept(MARA)
    assert await locations.status(berlin) == [("not_connected", 0, False)]

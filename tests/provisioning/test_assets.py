"""Assets: what their staff write down of them, and their photos."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from services.provisioning.assets.images import make_photo
from services.provisioning.assets.models import PHOTO_BYTES
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.manual_work import TASKS, answer_task, ask, asset, delivered, service_of, task_of
from tests.provisioning.test_locations import add, another_group, person_of

SERVICES = "/api/provisioning/services"


@pytest.fixture
async def noor(provisioning: ProvisioningHarness) -> Caller:
    found = await provisioning.running.caller("admin")
    await provisioning.add_workspace(found.workspace_id, "customer", "Halcyon Health")
    await another_group(provisioning, found.workspace_id)
    return found


def picture(width: int = 640, height: int = 480, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(file, kind)
    return file.getvalue()


async def task_with_service(provisioning: ProvisioningHarness, noor: Caller, quantity: int = 1) -> tuple[str, str]:
    order = await ask(provisioning, noor, await asset(provisioning, max_quantity=5), quantity=quantity)
    task = await task_of(provisioning, order)
    await answer_task(provisioning, task, "finish", serial_numbers=["A-1"])
    return task, (await service_of(provisioning, noor, order))["id"]


@pytest.mark.rule("L1", "L13")
async def test_an_asset_is_found_by_its_serial_number(provisioning: ProvisioningHarness, noor: Caller) -> None:
    place = await add(noor)
    service = await delivered(provisioning, noor, await asset(provisioning), "EG-77 310", location_id=place)
    await delivered(provisioning, noor, await asset(provisioning), "EG-88")
    clerk = await person_of(provisioning, noor, place)

    for person in (noor, clerk):
        found = (await person.http.get(SERVICES, params={"q": "eg-77"})).json()["items"]
        assert [(each["id"], each["serial_numbers"]) for each in found] == [(service["id"], ["EG-77 310"])]


async def test_staff_correct_what_is_written_down(provisioning: ProvisioningHarness, noor: Caller) -> None:
    task, service = await task_with_service(provisioning, noor)
    body = {"serial_numbers": ["A-2"], "condition": "worn"}

    answers = [await provisioning.provider.http.put(f"{TASKS}/{task}/asset", json=body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    found = (await noor.http.get(f"{SERVICES}/{service}")).json()
    assert (found["serial_numbers"], found["condition"]) == (["A-2"], "worn")
    described = await provisioning.database.events("provisioning.asset_described")
    assert [each["serial_numbers"] for each in described] == [["A-1"], ["A-2"]]
    assert described[1]["workspace_id"] == str(noor.workspace_id)


@pytest.mark.parametrize("numbers", [["1", "2", "3"], [""], ["x" * 61], ["a\nb"] * 2])
async def test_serial_numbers_are_one_line_and_one_per_piece(
    provisioning: ProvisioningHarness, noor: Caller, numbers: list[str]
) -> None:
    task, service = await task_with_service(provisioning, noor, quantity=2)

    answer = await provisioning.provider.http.put(f"{TASKS}/{task}/asset", json={"serial_numbers": numbers})

    assert answer.status_code == 422
    assert (await noor.http.get(f"{SERVICES}/{service}")).json()["serial_numbers"] == ["A-1"]


async def test_fewer_pieces_keep_their_serial_numbers_until_staff_say_which_are_left(
    provisioning: ProvisioningHarness, noor: Caller
) -> None:
    product = await asset(provisioning, max_quantity=5)
    service = await delivered(provisioning, noor, product, "EG-1", "EG-2", quantity=2)
    fewer = {name: service[name] for name in ("plan_version_id", "configuration")}

    answer = await post(noor, "/api/provisioning/changes", fewer | {"service_id": service["id"], "quantity": 1})
    await provisioning.work()
    task = await task_of(provisioning, answer.json())
    await answer_task(provisioning, task, "finish")

    after = await service_of(provisioning, noor, {"id": service["order_id"]})
    assert (after["state"], after["quantity"], after["serial_numbers"]) == ("active", 1, ["EG-1", "EG-2"])


async def test_only_assets_have_serial_numbers(provisioning: ProvisioningHarness, noor: Caller) -> None:
    order = await ask(provisioning, noor, await asset(provisioning, kind="node"))
    task = await task_of(provisioning, order)

    answer = await answer_task(provisioning, task, "finish", serial_numbers=["A-1"])
    photo = await provisioning.provider.http.put(f"{TASKS}/{task}/photo", content=picture())

    assert [each.json()["type"] for each in (answer, photo)] == ["/problems/asset-does-not-fit"] * 2


@pytest.mark.rule("L1")
async def test_who_sees_an_asset_sees_its_photo(provisioning: ProvisioningHarness, noor: Caller) -> None:
    place, other = await add(noor), await add(noor, display_name="Other")
    order = await ask(provisioning, noor, await asset(provisioning), location_id=place)
    task = await task_of(provisioning, order)
    put = await provisioning.provider.http.put(f"{TASKS}/{task}/photo", content=picture(kind="WEBP"))
    service = await service_of(provisioning, noor, order)
    path = f"/api/provisioning/assets/{service['id']}/photo"
    near, far = await person_of(provisioning, noor, place), await person_of(provisioning, noor, other)
    stranger = await provisioning.running.caller("admin")

    answers = [await person.http.get(path) for person in (noor, near, far, stranger)]

    assert put.status_code == 204
    assert [answer.status_code for answer in answers] == [200, 200, 404, 404]
    shown = await provisioning.provider.http.get(f"{TASKS}/{task}/photo")
    assert shown.content == answers[0].content
    assert Image.open(io.BytesIO(shown.content)).format == "JPEG"
    assert service["photo_digest"]
    assert await provisioning.broken() == []


async def test_a_photo_is_replaced_and_taken_away(provisioning: ProvisioningHarness, noor: Caller) -> None:
    task, service = await task_with_service(provisioning, noor)
    path = f"{TASKS}/{task}/photo"

    digests = []
    for size in (640, 320):
        await provisioning.provider.http.put(path, content=picture(size))
        digests.append((await noor.http.get(f"{SERVICES}/{service}")).json()["photo_digest"])
    gone = await provisioning.provider.http.delete(path)

    assert digests[0] != digests[1]
    assert gone.status_code == 204
    assert (await noor.http.get(f"/api/provisioning/assets/{service}/photo")).status_code == 404
    assert (await noor.http.get(f"{SERVICES}/{service}")).json()["photo_digest"] is None
    assert await provisioning.broken() == []


@pytest.mark.parametrize(
    ("upload", "reason"),
    [(b"no image", "not_an_image"), (picture(40, 40), "too_small"), (picture(640)[:500], "not_an_image")],
)
async def test_what_is_no_photo_is_refused(
    provisioning: ProvisioningHarness, noor: Caller, upload: bytes, reason: str
) -> None:
    task, _ = await task_with_service(provisioning, noor)

    answer = await provisioning.provider.http.put(f"{TASKS}/{task}/photo", content=upload)

    assert (answer.status_code, answer.json()["reason"]) == (422, reason)


async def test_a_photo_of_an_unknown_task_is_not_found(provisioning: ProvisioningHarness) -> None:
    answer = await provisioning.provider.http.put(f"{TASKS}/{uuid4()}/photo", content=picture())

    assert answer.status_code == 404


def test_a_photo_is_small_and_has_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = "canary of the place"
    file = io.BytesIO()
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(file, "JPEG", exif=exif, quality=95)

    _, content = make_photo(file.getvalue())

    assert len(content) <= PHOTO_BYTES
    assert b"canary" not in content
    assert max(Image.open(io.BytesIO(content)).size) <= 1600

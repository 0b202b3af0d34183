"""What the provider's staff write down of an asset that is delivered by hand, and its photo."""

import re

import httpx
import pytest

from services.portal.manual_tasks.asset_pages import NO_PHOTO
from shared.bodies import PHOTO_BODY_BYTES
from shared.images import NotAnImage
from tests.portal.fake_services import FakeServices, problem
from tests.portal.manual_tasks_answers import ACCEPTED, JPEG
from tests.portal.test_manual_tasks import API, DONE, HERE, post


@pytest.mark.parametrize("form", ["finish", "asset"])
@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ("A\nB\nC", "Enter at most one serial number per piece."),
        ("A\n" + "x" * 61, f"“{'x' * 61}”: At most 60 characters are possible."),
    ],
)
async def test_serial_numbers_that_do_not_fit_are_said_at_their_field(
    staff: httpx.AsyncClient, fakes: FakeServices, form: str, numbers: str, said: str
) -> None:
    fakes.now_by_hand(**(DONE if form == "asset" else {}))

    answer = await post(staff, form, serial_numbers=numbers, condition="worn")

    assert answer.status_code == 422
    assert re.search(f'id="serial_numbers-about">.*{re.escape(said)}', answer.text)
    assert f"{numbers}</textarea>" in answer.text
    assert re.search(r'<option value="worn" selected>', answer.text)


async def test_the_asset_is_corrected_after_its_delivery(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    fakes.now_by_hand(**DONE)

    before = (await staff.get(HERE)).text
    after = (await post(staff, "asset", serial_numbers="EG-9", condition="")).text

    assert "EG-1</textarea>" in before
    assert fakes.sent("PUT", f"{API}/asset") == [{"serial_numbers": ["EG-9"], "condition": None}]
    assert "What you know of the asset is saved." in after


async def upload(browser: httpx.AsyncClient, content: bytes) -> httpx.Response:
    return await browser.post(f"{HERE}/photo", files={"photo": ("a.png", content)}, follow_redirects=True)


@pytest.mark.rule("L14")
async def test_a_photo_is_uploaded_shown_and_removed(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    fakes.now_by_hand(**DONE)

    shown = (await upload(staff, ACCEPTED)).text
    [address] = re.findall(rf'src="({HERE}/photo\?of=[0-9a-f]+)"', shown)
    photo = await staff.get(address)
    removed = await post(staff, "photo/remove")

    assert "The photo is saved." in shown
    assert (photo.content, photo.headers["content-type"]) == (JPEG, "image/jpeg")
    assert photo.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert photo.headers["x-content-type-options"] == "nosniff"
    assert "img-src 'self'" in (await staff.get(HERE)).headers["content-security-policy"]
    assert "The photo is removed." in removed.text
    assert "<img" not in removed.text.partition("<main")[2]
    assert (await staff.get(f"{HERE}/photo")).status_code == 404


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "Choose a photo."), (b"soup", "This is not a photo that can be read.")]
)
async def test_what_is_no_photo_is_refused_at_its_field(
    staff: httpx.AsyncClient, fakes: FakeServices, content: bytes, said: str
) -> None:
    fakes.now_by_hand(**DONE)

    answer = await upload(staff, content)

    assert answer.status_code == 422
    assert re.search(f'id="photo-about">.*{said}', answer.text)
    assert "EG-1</textarea>" in answer.text


@pytest.mark.parametrize("reason", NotAnImage.members["reason"]["enum"])
async def test_every_reason_against_a_photo_has_words(
    staff: httpx.AsyncClient, fakes: FakeServices, reason: str
) -> None:
    fakes.now_by_hand(**DONE)
    fakes.replies["PUT", f"{API}/photo"] = problem(422, "not-a-photo", "x", reason=reason)

    assert NO_PHOTO[reason] in (await upload(staff, b"soup")).text


async def test_a_photo_may_be_larger_than_any_other_form(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    fakes.now_by_hand(**DONE)

    fits = await upload(staff, b"x" * PHOTO_BODY_BYTES)
    larger = await upload(staff, b"x" * (PHOTO_BODY_BYTES + 4096))

    assert "This is not a photo that can be read." in fits.text
    assert larger.status_code == 413
    assert "The file is too large. Choose a smaller one." in larger.text
    assert len([each for each in fakes.seen if each.method == "PUT"]) == 1

"""What a provider or a partner looks like to its customers."""

import asyncio
import io
from base64 import b64decode
from contextlib import suppress
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from services.identity.branding.images import NotALogo, make_logo
from services.identity.branding.models import LOGO_BYTES
from tests.identity.harness import Person, Story
from tests.identity.portals import EVA, make_portal_of
from tests.identity.test_invitations import invite, look

BRANDING = "branding"
NOTHING = dict.fromkeys(
    ("display_name", "color", "sender_name", "imprint_url", "privacy_url", "terms_url", "logo"), None
)  # fmt: skip


def picture(kind: str = "PNG", size: tuple[int, int] = (200, 50), mode: str = "RGB", **how: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, how.pop("color", 120)).save(file, kind, **how)
    return file.getvalue()


async def upload(person: Person, content: bytes, kind: str = "image/png") -> Any:
    token = (await person.token())["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    return await person.identity.http.put("/api/identity/branding/logo", content=content, headers=headers)


@pytest.mark.rule("O10")
async def test_the_seller_is_the_face_to_its_customers_field_by_field(story: Story) -> None:
    provider = {"color": "#00AA88", "imprint_url": "https://larkspur.example/imprint"}
    await story.robin.ask("PUT", BRANDING, provider)
    assert (await upload(story.robin, picture())).status_code == 200
    await story.ana.ask("PUT", BRANDING, {"color": "#ffbf00", "sender_name": "Meridian Service"})

    of_anybody = await story.jonas.get("branding/provider")
    of_customer = (await story.jonas.token())["brand"]

    assert of_customer["color"] == "#ffbf00"
    assert of_customer["display_name"] == "Meridian Partners"
    assert of_customer["sender_name"] == "Meridian Service"
    assert of_customer["imprint_url"] == "https://larkspur.example/imprint"
    assert of_customer["logo"] == of_anybody["logo"] is not None
    assert (of_anybody["color"], of_anybody["display_name"]) == ("#00aa88", None)


@pytest.mark.rule("O10")
async def test_whoever_is_on_the_way_to_a_workspace_is_shown_its_seller(story: Story) -> None:
    portal = await make_portal_of(story)
    await portal.add("northwind.example")
    await story.robin.ask("PUT", BRANDING, {"color": "#ff0000"})
    await story.robin.ask(
        "PATCH", "workspace-settings", {"locale": "en-US", "support_address": "help@larkspur.example"}
    )
    await story.ana.ask("PUT", BRANDING, {"color": "#ffbf00"})

    async def seller_of(challenge: object) -> tuple[str, str | None, str | None]:
        answer = (await story.identity.http.get(f"/api/identity/sign-in-challenges/{challenge}/seller")).json()
        return answer["brand"]["color"], answer["brand"]["display_name"], answer["support_address"]

    visitor = (await portal.ask_for_mail(Person(story.identity, EVA))).json()["challenge_id"]
    body = {"address": EVA, "browser": "b" * 20}
    plain = (await story.identity.http.post("/api/identity/sign-in-challenges", json=body)).json()["challenge_id"]

    assert await seller_of(visitor) == ("#ffbf00", "Meridian Partners", "help@larkspur.example")
    assert await seller_of(plain) == await seller_of(uuid4()) == ("#ff0000", None, None)


@pytest.mark.rule("O10")
async def test_an_invitation_shows_the_looks_of_whoever_sells_to_the_workspace(story: Story) -> None:
    await story.ana.ask("PUT", "branding", {"color": "#ffbf00", "imprint_url": "https://meridian.example/imprint"})
    await story.ana.ask("PATCH", "workspace-settings", {"locale": "en-US", "support_address": "help@meridian.example"})

    to_customer = (await look(story.identity, await invite(story.jonas))).json()
    to_partner = (await look(story.identity, await invite(story.ana, "lou@meridian.example"))).json()

    assert to_customer["brand"] == (await story.jonas.token())["brand"]
    assert to_customer["brand"]["color"] == "#ffbf00"
    assert to_customer["support_address"] == "help@meridian.example"
    assert to_partner["brand"] == await story.jonas.get("branding/provider")
    assert to_partner["support_address"] is None


@pytest.mark.rule("O10")
async def test_an_uploaded_logo_has_an_address_by_its_content_and_everybody_hears_of_it(story: Story) -> None:
    answer = await upload(story.ana, picture("JPEG"), "text/plain")

    logo = answer.json()["logo"]
    got = await story.jonas.ask("GET", f"branding/logos/{logo['hash']}")
    [event] = await story.identity.events("brand_changed")
    image = Image.open(io.BytesIO(got.content))
    assert (got.headers["content-type"], image.format, image.size) == ("image/png", "PNG", (200, 50))
    assert "immutable" in got.headers["cache-control"]
    assert (event["logo_hash"], b64decode(event["logo_png"])) == (logo["hash"], got.content)
    removed = await story.ana.ask("DELETE", "branding/logo")
    assert removed.json() == NOTHING
    assert (await story.jonas.ask("GET", f"branding/logos/{logo['hash']}")).status_code == 404


@pytest.mark.rule("O10")
async def test_only_admins_of_who_sells_change_it(story: Story) -> None:
    by_customer = await story.jonas.ask("PUT", BRANDING, {"color": "#ff0000"})
    by_regular = await story.tom.ask("PUT", BRANDING, {"color": "#ff0000"})

    assert (by_customer.status_code, by_regular.status_code) == (403, 403)
    assert await story.ana.get(BRANDING) == NOTHING


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("imprint_url", "http://larkspur.example"),
        ("imprint_url", "javascript:alert(1)"),
        ("privacy_url", "https://larkspur.example@evil.example/"),
        ("terms_url", "https://larkspur.example/\u202egnp"),
        ("terms_url", "https://[/"),
        ("terms_url", "https://larkspur.example:99999/"),
        ("color", "red"),
        ("color", "#12345g"),
        ("color", "#ffffff;}"),
        ("display_name", ""),
        ("sender_name", "x" * 81),
    ],
)
async def test_what_cannot_be_shown_is_an_error_of_its_field(story: Story, name: str, value: str) -> None:
    answer = await story.ana.ask("PUT", BRANDING, {name: value})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{name}"]


async def test_the_same_again_is_no_change(story: Story) -> None:
    for _ in range(2):
        await story.ana.ask("PUT", BRANDING, {"color": "#ffbf00"})
        await upload(story.ana, picture())

    assert len(await story.identity.events("brand_changed")) == 2


async def test_two_first_changes_at_once_are_both_kept(story: Story) -> None:
    await asyncio.gather(story.ana.ask("PUT", BRANDING, {"color": "#ffbf00"}), upload(story.ana, picture()))

    found = await story.ana.get(BRANDING)
    assert (found["color"], found["logo"] is not None) == ("#ffbf00", True)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MOVING = picture("WEBP", save_all=True, append_images=[Image.new("RGB", (200, 50), "red")])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_an_image"),
        (SVG, "not_an_image"),
        (picture("GIF"), "not_an_image"),
        (picture("BMP"), "not_an_image"),
        (picture()[:60], "not_an_image"),
        (picture(size=(4097, 20)), "too_large"),
        (picture(size=(4000, 4000)), "too_large"),
        (picture(size=(15, 40)), "too_small"),
        (MOVING, "moving"),
    ],
)
async def test_what_is_no_logo_is_refused(story: Story, content: bytes, reason: str) -> None:
    answer = await upload(story.ana, content)

    assert (answer.status_code, answer.json().get("reason")) == (422, reason)


async def test_a_body_over_the_limit_is_refused(story: Story) -> None:
    assert (await upload(story.ana, b"x" * (512 * 1024 + 1))).status_code == 413


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixels_becomes_a_plain_png(mode: str) -> None:
    file = io.BytesIO()
    Image.new(mode, (64, 32)).save(file, "JPEG" if mode == "CMYK" else "PNG")

    logo = make_logo(file.getvalue())

    assert Image.open(io.BytesIO(logo.content)).size == (logo.width, logo.height) == (64, 32)


def test_sixteen_bits_are_scaled_not_cut() -> None:
    file = io.BytesIO()
    Image.new("I;16", (32, 32), 128 * 256).save(file, "PNG")

    pixel = Image.open(io.BytesIO(make_logo(file.getvalue()).content)).convert("RGB").getpixel((0, 0))

    assert pixel == (128, 128, 128)


def test_only_pixels_are_kept_and_they_stand_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Who took it"
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "Who drew it")
    turned = make_logo(picture("JPEG", exif=exif) + b"<script>alert(1)</script>PK\x03\x04")
    drawn = make_logo(picture(pnginfo=told))

    assert (turned.width, turned.height) == (30, 120)
    for logo in (turned, drawn):
        assert not [word for word in (b"Who", b"script", b"PK\x03", b"tEXt", b"eXIf") if word in logo.content]


@settings(max_examples=20, deadline=None)
@given(st.integers(16, 700), st.integers(16, 400), st.integers(0, 1000))
def test_whatever_is_in_it_a_logo_fits(width: int, height: int, seed: int) -> None:
    noise = Image.frombytes("RGBA", (width, height), Random(seed).randbytes(width * height * 4))
    file = io.BytesIO()
    noise.save(file, "PNG", compress_level=1)

    assert len(make_logo(file.getvalue()).content) <= LOGO_BYTES


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([b"", picture(), picture("JPEG"), picture("WEBP")]), st.data())
def test_random_bytes_are_a_logo_or_refused(start: bytes, data: st.DataObject) -> None:
    """Also in the middle of a good file, where decoders are less careful."""
    noise, at = data.draw(st.binary(max_size=200)), data.draw(st.integers(0, len(start)))
    with suppress(NotALogo):
        make_logo(start[:at] + noise + start[at + len(noise) :])

"""What staff see of the mails that are sent."""

import ast
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from services.notifications.brands.models import Brand
from services.notifications.mail_samples.cases import CASES
from services.notifications.mail_samples.events import CUSTOMER
from services.notifications.mail_samples.schemas import MailSampleRead
from services.notifications.mail_samples.service import make_sample
from services.notifications.mails import contents
from services.notifications.mails.access import ROLES
from services.notifications.topics import Topic
from shared.copies import WorkspaceCopy
from shared.language import TAGS, browsers, localisation
from tests.harness.databases import Database
from tests.harness.services import Caller, Running, running
from tests.notifications.harness import PROVIDER

WITHOUT_AMOUNT = {Topic.method_expiring, Topic.methods_changed}
"""About money, but of no amount."""
LARKSPUR = replace(
    CUSTOMER, id=PROVIDER, kind="provider", slug="larkspur", display_name="Larkspur Cloud",
    support_address="help@larkspur.example",
)  # fmt: skip
SAMPLES = "/api/notifications/mail-samples"
KNOWN = text("""
INSERT INTO workspace_copies (id, kind, slug, display_name, account_number, connected, version, support_address,
                              postal_lines)
VALUES (:id, 'provider', 'larkspur', 'Larkspur Cloud', '1', true, 1, 'help@larkspur.example', '{Dock 4,Hamburg}')""")


@pytest.fixture
async def api(database: Callable[[str], Awaitable[Database]], tmp_path: Path) -> AsyncIterator[Running]:
    async with running(await database("notifications"), tmp_path / "clock") as found:
        yield found


async def staff(api: Running, role: str = "admin", workspace_id: UUID = PROVIDER, kind: str = "provider") -> Caller:
    return await api.caller(role, workspace_id=workspace_id, kind=kind)


async def test_every_mail_is_listed_with_who_gets_it(api: Running) -> None:
    lars = await staff(api)

    items = (await lars.http.get(SAMPLES)).json()["items"]

    assert [item["topic"] for item in items] == list(Topic)
    assert {item["topic"]: item["policy"] for item in items} == {topic: topic.row.policy for topic in Topic}
    [issued] = [item for item in items if item["topic"] == "invoice_issued"]
    assert (issued["title"], issued["reader"]) == ("New invoice", "The billing contact of the bill group")
    german = (await lars.http.get(SAMPLES, params={"locale": "de-AT"})).json()["items"]
    assert not {item["title"] for item in german} & {item["title"] for item in items}


SAYING = {"gettext": 0, "_": 0, "mark": 0, "ngettext": 0, "pgettext": 1, "mark_in": 1}
"""What names a text, and the place of its first one."""
PLACE = re.compile(r"%\(\w+\)s")


class Numbered(NullTranslations):
    """Says a text's number in its place, with its values, so that no text is taken for another that it resembles."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def gettext(self, message: str) -> str:
        if message not in self.texts:
            self.texts.append(message)
        return " ".join([f"⟦{self.texts.index(message)}⟧", *PLACE.findall(message)])

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    def said_in(self, words: str) -> set[str]:
        return {self.texts[int(number)] for number in re.findall(r"⟦(\d+)⟧", words)}


def texts_of_mails() -> set[str]:
    """Every text of the mails, as their code names it. Of the roles, which are words, a sample has one."""
    found: set[str] = set()
    for path in (*Path(contents.__file__).parent.glob("*.py"), Path(browsers.__file__)):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                named = [each.value for each in node.args[SAYING[node.func.id] :] if isinstance(each, ast.Constant)]
                found |= {each for each in named if isinstance(each, str)}
    return found - set(ROLES.values())


LINKS = dict.fromkeys(("imprint_url", "privacy_url", "terms_url"), "https://larkspur.example/legal")
BRAND = Brand(workspace_id=LARKSPUR.id, **LINKS)


def sample_of(topic: Topic, name: str, tag: str = "en-US", provider: WorkspaceCopy = LARKSPUR) -> MailSampleRead:
    return make_sample(topic, name, tag, "https://portal.example", provider, BRAND)


def test_every_text_of_every_mail_is_in_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    numbered = Numbered()
    monkeypatch.setattr(localisation, "catalogue", lambda _language: numbered)
    said: set[str] = set()
    for provider in (LARKSPUR, replace(LARKSPUR, support_phone="+31 20 555 01 00")):
        for topic in Topic:
            for name in ("", *CASES.get(topic, ())):
                sample = sample_of(topic, name, provider=provider)
                said |= numbered.said_in(sample.subject + sample.html)

    texts = texts_of_mails()

    assert len(texts) > 100
    assert texts - said == set()


@pytest.mark.parametrize("topic", Topic)
@pytest.mark.parametrize("tag", TAGS)
def test_every_case_differs_from_the_usual_one(topic: Topic, tag: str) -> None:
    usual = sample_of(topic, "", tag)
    others = [sample_of(topic, name, tag) for name in CASES.get(topic, ())]

    repeats = {"insufficient_funds", "unanswered"}  # which the usual samples tell of
    assert all(each.text != usual.text for each in others if each.case not in repeats)
    assert len({each.title for each in usual.cases}) == len(usual.cases) == len(others) + 1


async def test_an_unknown_case_is_not_found(api: Running) -> None:
    lars = await staff(api)

    assert (await lars.http.get(f"{SAMPLES}/invoice_issued?case=newsletter")).status_code == 404


@pytest.mark.parametrize("topic", Topic)
async def test_every_topic_has_a_sample_in_every_language(api: Running, topic: Topic) -> None:
    lars = await staff(api)

    told = {tag: (await lars.http.get(f"{SAMPLES}/{topic}", params={"locale": tag})).json() for tag in TAGS}

    for tag, sample in told.items():
        assert sample["topic"] == topic
        assert f'<html lang="{tag}"' in sample["html"]
        assert "%(" not in sample["subject"] + sample["text"] + sample["html"]
    assert told["de-DE"]["subject"] != told["en-US"]["subject"]
    assert (told["en-US"]["attachment"] is not None) is (topic in {Topic.invoice_issued, Topic.invoice_paid})
    has_amount = topic.row.about_money and topic not in WITHOUT_AMOUNT
    assert any("minor" in name for name in told["en-US"]["facts"]) is has_amount


async def test_a_sample_is_from_the_provider_itself(api: Running) -> None:
    lars = await staff(api)
    async with api.database.owner.begin() as session:
        await session.execute(KNOWN, {"id": PROVIDER})

    sample = (await lars.http.get(f"{SAMPLES}/invoice_issued")).json()

    assert sample["sender_name"] == "Larkspur Cloud"
    assert sample["reply_to"] == "help@larkspur.example"
    assert sample["subject"] == "Invoice LC-2026-000042: €2,313.36 due on December 6, 2026"
    assert "Larkspur Cloud · Dock 4 · Hamburg" in sample["html"]
    assert "https://portal.larkspur.example/w/northwind/billing/invoices/" in sample["text"]
    assert sample["facts"]["number"] == "LC-2026-000042"


async def test_a_sample_can_be_seen_before_the_provider_is_known(api: Running) -> None:
    lars = await staff(api)

    sample = (await lars.http.get(f"{SAMPLES}/service_provisioned")).json()

    assert sample["sender_name"] == "Customer Portal"


@pytest.mark.parametrize(
    "path", [f"{SAMPLES}/newsletter", f"{SAMPLES}/invoice_issued?locale=xx", f"{SAMPLES}?locale=xx"]
)
async def test_what_is_not_there_is_refused(api: Running, path: str) -> None:
    lars = await staff(api)

    assert (await lars.http.get(path)).status_code == 422


@pytest.mark.parametrize(
    ("role", "kind", "status"),
    [("admin", "provider", 200), ("regular", "provider", 200), ("read_only", "provider", 403),
     ("support", "provider", 403), ("admin", "partner", 403), ("admin", "customer", 403)],
)  # fmt: skip
async def test_only_the_providers_admins_and_regular_users_see_them(
    api: Running, role: str, kind: str, status: int
) -> None:
    caller = await staff(api, role, kind=kind)

    for path in (SAMPLES, f"{SAMPLES}/sign_in"):
        assert (await caller.http.get(path)).status_code == status

"""Several customers or people are invited at once, and of each it is told what became of it."""

import re

import pytest

from services.portal.users.pasted import read_lines
from tests.portal import samples
from tests.portal.answering import problem
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

CHOSEN = "/partner/meridian/invitations/chosen/invite"
MANY = "/w/meridian/users/invite/many"
INVITE = "/api/identity/invitations"
KEY = "a-key-of-this-form"


def told(page: str) -> list[tuple[str, str]]:
    """What became of each row: its title, and all that is said of it."""
    rows = re.findall(r'rowheader" class="first">(.*?)</th>.*?<td.*?>(.*?)</td>', page, re.DOTALL)
    return [(title, " ".join(re.sub(r"<[^>]*>", " ", said).split())) for title, said in rows]


@pytest.mark.rule("L8", "L10", "L11", "P1")
async def test_of_each_chosen_customer_it_is_told_what_became_of_it(
    visit: Visit, fakes: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("quarry", "pampas", "brindle", "busy", "northwind", "gone")
    contact = samples.NOT_CONNECTED[1]["contact"]
    more = [samples.customer(name, name, status="not_connected", contact=contact) for name in ("Brindle", "Busy")]
    monkeypatch.setattr(samples, "NOT_CONNECTED", samples.NOT_CONNECTED + more)
    for name, kind in (("brindle", "too-many-open"), ("busy", "not-today"), ("northwind", "customer-connected")):
        path = f"/api/identity/customers/{ident(name)}/invite"
        fakes.replies["POST", path] = problem(409, kind, "For developers.")

    page = (await visit("ana").post(CHOSEN, data={"chosen": [str(ident(name)) for name in names]})).text

    found = dict(told(page))
    assert list(found) == [
        "Quarry Lane Dental", "Pampas Foods", "Brindle", "Busy", "Northwind Logistics", "Not known",
    ]  # fmt: skip
    assert found["Quarry Lane Dental"] == "Done The invitation is on its way to office@quarrylane.example."
    assert found["Pampas Foods"].startswith("Not done There is no address on file")
    assert f'href="/partner/meridian/invitations/{ident("pampas")}/contact"' in page
    assert "too many invitations that nobody has accepted" in found["Brindle"]
    assert "too many invitations today" in found["Busy"]
    assert "Somebody has signed up there already" in found["Northwind Logistics"]
    assert found["Not known"].startswith("Not done It does not exist")
    assert "1 of 6 done" in page


async def test_rows_that_were_not_reached_are_told_too(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["POST", f"/api/identity/partners/{ident('alder')}/invite"] = problem(503, "unavailable", "Not now.")
    fakes.replies["POST", f"/api/identity/customers/{ident('alder')}/invite"] = problem(503, "unavailable", "Not now.")

    page = (await visit("lars").post(
        "/provider/larkspur/partners/chosen/invite", data={"chosen": [str(ident("alder")), str(ident("meridian"))]}
    )).text  # fmt: skip

    assert [said.partition(" It ")[0] for _, said in told(page)] == ["Not reached", "Not reached"]
    assert "0 of 2 done" in page


@pytest.mark.rule("L8")
async def test_only_rows_that_are_not_connected_can_be_chosen(visit: Visit) -> None:
    customers = (await visit("ana").get("/partner/meridian/invitations")).text
    partners = (await visit("lars").get("/provider/larkspur/partners")).text
    none = await visit("ana").post(CHOSEN, data={})

    assert f'value="{ident("quarry")}"' in customers
    assert "Send Invitation?" in customers
    assert f'name="chosen" form="bulk-partners" value="{ident("alder")}"' in partners
    assert f'value="{ident("meridian")}"' not in partners
    assert none.headers["location"] == "/partner/meridian/invitations"


@pytest.mark.rule("D22")
async def test_sending_the_chosen_twice_has_one_key_per_customer(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")
    for key in (KEY, KEY, "another-key"):
        await browser.post(CHOSEN, data={"chosen": [str(ident("quarry"))], "idempotency_key": key})

    first, again, other = [each.headers["idempotency-key"] for each in fakes.seen if each.url.path.endswith("/invite")]
    assert first == again != other


async def test_customers_that_are_not_connected_can_be_searched_and_sorted(visit: Visit, fakes: FakeServices) -> None:
    await visit("ana").get("/partner/meridian/invitations?q=quarry&sort=-name")

    asked = next(each.url.params for each in fakes.seen if each.url.path == "/api/identity/customers")
    assert (asked["status"], asked["q"], asked["sort"], asked["descending"]) == (
        "not_connected", "quarry", "name", "true",
    )  # fmt: skip


PASTED = """
kai@example.com
Lou Alder <lou@alder.example>
"Berger, Mei" <mei@northwind.example>
noor@example.com; Noor Haddad

often.invited@meridian.example, Otto
no address here
KAI@example.com, Kai again
one@example.com, two@example.com
"""


async def test_of_each_pasted_line_it_is_told_what_became_of_it(visit: Visit, fakes: FakeServices) -> None:
    form = {"people": PASTED, "role": "regular", "idempotency_key": KEY}

    page = (await visit("ana").post(MANY, data=form)).text

    lines = [line for line in PASTED.splitlines() if line]
    found = told(page)
    assert [title.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"') for title, _ in found] == lines
    assert [said.split()[0] for _, said in found] == ["Done"] * 4 + ["Not"] * 4
    assert ["too many invitations today" in found[4][1], "Enter a mail address" in found[5][1],
            "in an earlier line" in found[6][1], "more than one address" in found[7][1]] == [True] * 4  # fmt: skip
    assert "4 of 8 done" in page
    again = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)
    assert again is not None
    assert again[1].splitlines() == lines[4:]
    sent = fakes.sent("POST", INVITE)
    assert [each["display_name"] for each in sent[:4]] == ["Kai", "Lou Alder", "Berger, Mei", "Noor Haddad"]
    assert {each["role"] for each in sent} == {"regular"}


@pytest.mark.rule("D22")
async def test_a_list_that_is_sent_twice_has_one_key_per_line(visit: Visit, fakes: FakeServices) -> None:
    browser, lines = visit("ana"), {"people": "kai@example.com\nlou@alder.example", "role": "member"}
    for form in (lines, lines, lines | {"role": "admin"}):
        await browser.post(MANY, data=form | {"idempotency_key": KEY})

    keys = [each.headers["idempotency-key"] for each in fakes.seen if each.url.path == INVITE]
    assert keys[:2] == keys[2:4]
    assert len(set(keys)) == 4, "what was changed is sent again"


@pytest.mark.parametrize(
    ("people", "role", "said"),
    [
        ("", "member", "Enter at least one address."),
        ("\n".join(f"p{number}@example.com" for number in range(51)), "member", "These are 51 lines"),
        (f"kai@example.com {'x' * 10_000}", "member", "At most 10,000 characters are possible."),
        ("kai@example.com", "owner", "Choose one of the options."),
    ],
)
async def test_a_list_that_is_refused_as_a_whole_invites_nobody(
    visit: Visit, fakes: FakeServices, people: str, role: str, said: str
) -> None:
    answer = await visit("ana").post(MANY, data={"people": people, "role": role})

    assert answer.status_code == 422
    assert said in answer.text
    assert fakes.sent("POST", INVITE) == []


@pytest.mark.parametrize(
    ("line", "address", "name"),
    [
        ("kai.berger2@example.com", "kai.berger2@example.com", "Kai Berger"),
        ("mailto:kai@example.com", "kai@example.com", "Kai"),
        ("Kai Berger kai@example.com", "kai@example.com", "Kai Berger"),
        ("kai@example.com\tKai Berger", "kai@example.com", "Kai Berger"),
        ("<kai@example.com>", "kai@example.com", "Kai"),
        ("123@example.com", "123@example.com", "123"),
        ("nobody", "nobody", "nobody"),
    ],
)
def test_a_line_is_an_address_with_a_name_or_without(line: str, address: str, name: str) -> None:
    [read] = read_lines(f"\r\n  {line}  \r\n\r\n")

    assert (read.address, read.display_name, read.text) == (address, name, line.strip())

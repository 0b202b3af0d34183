"""What pages tell of roles is what the permission table says. Words that not everybody knows are explained."""

import re

import pytest

from services.portal.permissions import EVERYBODYS, ONLY_ASK, ONLY_OWN, what_role_may
from services.portal.vocabulary import CONCEPTS, INVITED_ROLES, LINK_ROLES
from shared.auth.permissions import ROLES, level, table
from shared.language import Localisation, gettext, localised_for, pgettext
from tests.portal.browsing import Visit
from tests.portal.samples import ident

KINDS = ("customer", "partner", "provider")
USERS = f"/partner/meridian/customers/{ident('northwind')}/users"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_said_to_allow_what_the_table_allows_it_and_nothing_else(role: str, kind: str) -> None:
    expected = []
    for name, row in table().items():
        at = level(name, role, kind)
        if name not in EVERYBODYS and at not in (None, "scoped"):
            expected.append({"own": ONLY_OWN, "ask": ONLY_ASK}.get(str(at), {}).get(name, row.title))

    assert what_role_may(role, kind) == expected


def test_every_permission_that_some_role_has_for_its_own_rows_alone_has_words_for_that() -> None:
    own = {name for name, row in table().items() if "own" in row.roles.values()}

    assert own == ONLY_OWN.keys()
    with localised_for(Localisation("de-DE")):
        assert [text for text in ONLY_OWN.values() if pgettext("permission", text) == text] == []


def test_every_permission_that_some_role_has_to_ask_for_has_words_and_somebody_who_approves() -> None:
    asked = {name for name, row in table().items() if "ask" in row.roles.values()}

    assert asked == ONLY_ASK.keys()
    assert {role for role, at in table()["order.approve"].roles.items() if at == "all"} == {"admin", "regular"}
    with localised_for(Localisation("de-DE")):
        assert [text for text in ONLY_ASK.values() if pgettext("permission", text) == text] == []


async def test_the_pages_of_users_tell_what_each_role_may_do(visit: Visit) -> None:
    page = (await visit("ana").get("/w/meridian/users/invite")).text

    for role in INVITED_ROLES:
        assert all(f"<li>{said.replace(chr(39), '&#39;')}</li>" in page for said in what_role_may(role, "partner"))
    assert "with approval" not in page


@pytest.mark.rule("P18", "P19", "P20", "P21", "P23")
async def test_the_panel_of_a_customer_tells_what_each_role_may_do_there(visit: Visit) -> None:
    page = (await visit("ana").get(USERS)).text

    shown = page.partition('class="role-help"')[2]
    assert "What each role may do in Northwind Logistics" in page
    assert shown.count("<summary>") == len(LINK_ROLES)
    assert "<li>Order a service</li>" in shown
    assert "Work on behalf of a customer" not in shown, "customers have no customers"


async def test_an_invitation_tells_what_its_role_may_do(visit: Visit) -> None:
    page = (await visit().get("/invite?t=token-of-the-invitation")).text

    assert all(f"<li>{said.replace(chr(39), '&#39;')}</li>" in page for said in what_role_may("admin", "customer"))


@pytest.mark.parametrize(
    ("person", "path", "concept"),
    [
        ("ana", "/partner/meridian/customers", "mrr"),
        ("ana", "/partner/meridian/invitations", "not_connected"),
        ("ana", "/w/meridian/users/invite", "role"),
        ("jonas", "/w/northwind/billing", "bill_group"),
        ("jonas", "/w/northwind/users/of-parent", "on_behalf"),
        ("tom", "/w/northwind/services", "on_behalf"),
    ],
)
async def test_words_that_not_everybody_knows_are_explained_without_a_script(
    visit: Visit, person: str, path: str, concept: str
) -> None:
    page = (await visit(person).get(path)).text

    [(opens, question)] = re.findall(
        r'<button type="button"\s+class="what"\s+popovertarget="(what-[^"]+)"\s+aria-label="([^"]+)">', page
    )
    [answer] = re.findall(rf'<span id="{opens}" class="what-note" role="note" popover>([^<]+)</span>', page)
    assert (question, answer) == (CONCEPTS[concept].question, CONCEPTS[concept].answer)


def test_every_explanation_is_short_and_in_both_languages() -> None:
    texts = [text for each in CONCEPTS.values() for text in (each.word, each.text)]

    assert max(map(len, texts)) < 220
    with localised_for(Localisation("de-DE")):
        assert [each.text for each in CONCEPTS.values() if gettext(each.text) == each.text] == []

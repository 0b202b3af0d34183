"""The sheet of a bill group's portal: which domains and addresses may sign in, and the link to give them."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.access_rules.views import Access, AccessPanel, RemoveRule, RemoveRulePanel
from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.access_rules import AccessRule, Portal, RuleKind
from services.portal.customers.account_paths import GROUP, Base, account_path, group_path
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.rendering import page, part, see_other, wants_part
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

router = APIRouter()

PATH = GROUP + "/access"


@router.get(PATH)
async def access(request: Request, viewer: InWorkspace, base: Base, customer_id: UUID, group_id: UUID) -> Response:
    return await _sheet(request, viewer, customer_id, group_id)


@router.post(PATH)
async def add_rule(request: Request, viewer: InWorkspace, base: Base, customer_id: UUID, group_id: UUID) -> Response:
    """Adds one domain or one address. What is refused is said at its field, with an offer where one helps."""
    form = await read_form(request)
    name: RuleKind = "domain" if form.value("kind") == "domain" else "address"
    entered, fold_in = form.value(name), form.value("fold_in") == "true"
    try:
        rule = await viewer.services.identity.add_access_rule(
            customer_id, group_id, kind=name, value=entered, fold_in=fold_in, key=form.key
        )
    except Refused as refusal:
        if refusal.status not in IN_THE_FORM:
            raise
        covered = refusal.extra.get("addresses", []) if refusal.kind == "addresses_in_domain" else []
        refused = {name: _said(form, name, refusal)}
        return await _sheet(request, viewer, customer_id, group_id, refusal.status, refused, covered)
    return await _done(request, viewer, customer_id, group_id, _("%(value)s may sign in now.", value=rule.value))


@router.get(PATH + "/{rule_id}/remove")
async def ask_to_remove(
    request: Request, viewer: InWorkspace, base: Base, customer_id: UUID, group_id: UUID, rule_id: UUID
) -> Response:
    """Names the effect before anything happens."""
    identity, path = viewer.services.identity, _path(viewer, customer_id, group_id)
    portal, rules = await asyncio.gather(
        identity.portal(customer_id, group_id), identity.access_rules(customer_id, group_id)
    )
    rule = _find(rules, rule_id)
    if wants_part(request):
        return part(request, RemoveRulePanel(rule, path))
    return page(request, RemoveRule(rule, path, portal))


@router.post(PATH + "/{rule_id}/remove")
async def remove_rule(
    request: Request, viewer: InWorkspace, base: Base, customer_id: UUID, group_id: UUID, rule_id: UUID
) -> Response:
    """Signs out at once whoever came through the rule."""
    identity = viewer.services.identity
    rule = _find(await identity.access_rules(customer_id, group_id), rule_id)
    await identity.remove_access_rule(customer_id, group_id, rule_id)
    text = _("%(value)s may not sign in any more.", value=rule.value)
    return await _done(request, viewer, customer_id, group_id, text)


def _missing(portal: Portal, rules: list[AccessRule]) -> list[str]:
    """Why nobody can sign in yet."""
    found = []
    if not portal.portals_on:
        found.append(_("Portals are switched off for this whole installation."))
    if not portal.portal_on:
        found.append(_("The portal of this bill group is switched off."))
    if portal.is_closed and not portal.owes:
        found.append(_("This bill group is closed, and no invoice of it is open."))
    elif not (portal.has_contract or portal.owes):
        found.append(_("The portal opens with an active contract: this bill group has no subscription."))
    if not rules:
        found.append(_("Nobody has access yet. Add a domain or an address."))
    return found


def _find(rules: list[AccessRule], rule_id: UUID) -> AccessRule:
    found = next((rule for rule in rules if rule.id == rule_id), None)
    if found is None:
        raise Refused(404, "not_found", _("Not found"), _("This access was removed already."))
    return found


def _said(form: Form, name: str, refusal: Refused) -> Form:
    """The refusal at the field of the entry."""
    about = [error.text for error in refusal.errors if error.pointer == "/value"]
    return form.objected(name, " ".join(about) or refusal.detail)


def _path(viewer: Viewer, customer_id: UUID, group_id: UUID) -> str:
    return f"{group_path(viewer, customer_id, group_id)}/access"


async def _done(request: Request, viewer: Viewer, customer_id: UUID, group_id: UUID, text: str) -> Response:
    if wants_part(request):
        return await _sheet(request, viewer, customer_id, group_id, notice=text)
    browser_of(request).say(text)
    return see_other(_path(viewer, customer_id, group_id))


async def _sheet(
    request: Request, viewer: Viewer, customer_id: UUID, group_id: UUID, status: int = 200,
    refused: Mapping[RuleKind, Form] | None = None, addresses: Sequence[str] = (), notice: str = "",
) -> Response:  # fmt: skip
    """``refused``: what was entered and is refused, by its kind."""
    identity = viewer.services.identity
    customer, portal, rules = await asyncio.gather(
        identity.customer(customer_id), identity.portal(customer_id, group_id),
        identity.access_rules(customer_id, group_id),
    )  # fmt: skip
    forms = refused or {}
    domains, single = ([rule for rule in rules if rule.kind == kind] for kind in ("domain", "address"))
    shown = (
        customer, portal, domains, single, _missing(portal, rules), _path(viewer, customer_id, group_id),
        forms.get("domain") or Form(), forms.get("address") or Form(), addresses, notice,
    )  # fmt: skip
    if wants_part(request):
        return part(request, AccessPanel(*shown), status)
    above = (group_path(viewer, customer_id, group_id), portal.bill_group_display_name)
    if not viewer.may("bill_group.view"):
        above = (account_path(viewer, customer_id), customer.display_name)
    return page(request, Access(*shown, above), status)

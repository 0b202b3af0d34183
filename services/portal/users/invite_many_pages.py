"""Inviting many people at once, from a pasted list."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.forms import Form, new_key, read_form
from services.portal.rendering import page
from services.portal.tables.bulk import RowResult, key_of_row, tell_each
from services.portal.users.pasted import MOST_CHARACTERS, MOST_LINES, Line, read_lines
from services.portal.users.views import InviteMany
from services.portal.viewer import InWorkspace, Viewer
from services.portal.vocabulary import INVITED_ROLES
from shared.addresses import address_key
from shared.language import formats, ngettext
from shared.language import gettext as _

router = APIRouter()


@router.get("/w/{slug}/users/invite/many")
async def ask_whom_to_invite(request: Request, viewer: InWorkspace) -> Response:
    return page(request, InviteMany(Form(), []))


@router.post("/w/{slug}/users/invite/many")
async def invite_many(request: Request, viewer: InWorkspace) -> Response:
    """Invites the person of each line, and says of each what became of it. What was not done is in the form again. A
    form that is sent twice invites nobody twice: each line has its own Idempotency-Key, of all that is in it."""
    form = await read_form(request)
    lines = read_lines(form.value("people"))
    if refused := _refused(form, lines):
        return page(request, InviteMany(refused, []), 422)
    told = await tell_each(lines, lambda line: line.text, _inviting(viewer, form))
    again = "\n".join(each.title for each in told if each.state != "done")
    values = {"people": again, "role": form.value("role")}
    return page(request, InviteMany(Form(values, key=new_key()), told))


def _refused(form: Form, lines: list[Line]) -> Form | None:
    """The form with what is wrong with it as a whole."""
    if form.value("role") not in INVITED_ROLES:
        return form.objected("role", _("Choose one of the options."))
    if not lines:
        return form.objected("people", _("Enter at least one address."))
    if len(form.value("people")) > MOST_CHARACTERS:
        longest = formats.number(MOST_CHARACTERS)
        return form.objected("people", _("At most %(limit)s characters are possible.", limit=longest))
    if len(lines) > MOST_LINES:
        most = formats.number(MOST_LINES)
        text = ngettext(
            "This is %(num)s line; at most %(most)s are possible at once. Nobody was invited.",
            "These are %(num)s lines; at most %(most)s are possible at once. Nobody was invited.",
            len(lines),
            most=most,
        )
        return form.objected("people", text)
    return None


def _inviting(viewer: Viewer, form: Form) -> Callable[[Line], Awaitable[object]]:
    role, seen = form.value("role"), set[str]()

    async def invite(line: Line) -> object:
        if line.holds_several:
            return RowResult(line.text, "refused", _("There is more than one address in this line."))
        if address_key(line.address) in seen:
            return RowResult(line.text, "refused", _("This address is in an earlier line, too."))
        seen.add(address_key(line.address))
        person = {"address": line.address, "display_name": line.display_name, "role": role}
        await viewer.services.identity.invite_user(**person, key=key_of_row(form, *person.values()))
        return _("The invitation is on its way to %(address)s.", address=line.address)

    return invite

"""The archive of a person's data: a text that explains it, and a file in JSON for each list that a service keeps."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime

import orjson

from services.portal.brand import Brand
from services.portal.clients.own_data import OwnData, OwnTable
from services.portal.clients.page_context import User
from services.portal.zipping import Member, pieces_of
from shared.language import gettext as _
from shared.language import mark, ngettext

SERVICES = {
    "identity": mark("your account and your access"),
    "billing": mark("billing"),
    "provisioning": mark("services and orders"),
    "notifications": mark("mails and notices"),
    "audit": mark("the log"),
}
"""Whose data it is, in words for people."""
NOT_IN_IT = (
    mark("What you did in companies that you have no access to any more: their logs keep it. Ask them for it."),
    mark(
        "What belongs to the companies: invoices, prices and documents, and the contacts that they keep, also where"
        " they mean you. Ask their admins for it."
    ),
    mark("Secrets, such as codes, keys and links: they are kept in a form that nobody can read."),
    mark(
        "Copies of the same: what the parts of the portal tell each other, for some days, words by which lists are"
        " searched, and backups."
    ),
    mark("Of more than 100 companies that you are a user of, those after the first 100 by name."),
)
PIECE = 64 * 1024
NOT_IN_NAMES = re.compile("[^a-z_]")
"""Of a file, which must not lead out of its folder."""

Found = Mapping[str, OwnData]
"""What each service keeps."""


async def members(found: Found, explained: str) -> AsyncIterator[Member]:
    """The files of the archive; the first one explains it."""
    yield "README.txt", pieces_of([explained])
    for service, kept in found.items():
        for table in kept.tables:
            yield _path(service, table), pieces_of(_pieces(table))


def readme(found: Found, user: User, brand: Brand, made_at: datetime) -> str:
    """What each file is, what is not in the archive, and whom to ask."""
    about = {"name": user.display_name, "address": user.address, "at": f"{made_at:%Y-%m-%d %H:%M} UTC"}
    told = _(
        "Each file has a list in JSON, with the names that programs use. Times are in UTC. The same id means the same"
        " thing in all files."
    )
    lines = [
        _("What is kept of you at %(name)s") % {"name": brand.name},
        _("Made for %(name)s, %(address)s, at %(at)s.") % about,
        *("", _("WHAT IS IN IT"), told, ""),
    ]
    for service, kept in found.items():
        for table in kept.tables:
            lines += [f"{_path(service, table)} ({_counted(table)})", f"    {table.about}"]
    lines += ["", _("WHAT IS NOT IN IT, AND WHY"), *(f"- {_(reason)}" for reason in NOT_IN_IT)]
    return "\r\n".join([*lines, "", _("WHOM TO ASK"), *_whom_to_ask(brand), ""])


def _whom_to_ask(brand: Brand) -> Iterator[str]:
    if brand.support_address:
        whom = {"name": brand.name, "address": brand.support_address}
        yield _("%(name)s helps with questions about this portal and what it keeps: %(address)s.") % whom
    else:
        yield _("%(name)s helps with questions about this portal and what it keeps.") % {"name": brand.name}
    yield _("What a company keeps of you, its admins tell you.")


def _counted(table: OwnTable) -> str:
    if table.more:
        return _("the first %(count)s entries; there are more") % {"count": len(table.rows)}
    return ngettext("%(num)s entry", "%(num)s entries", len(table.rows))


def _path(service: str, table: OwnTable) -> str:
    return f"{service}/{NOT_IN_NAMES.sub('_', table.name)}.json"


def _pieces(table: OwnTable) -> Iterator[bytes]:
    content = orjson.dumps(table.rows, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return (content[start : start + PIECE] for start in range(0, len(content), PIECE))

"""The list of an account's documents."""

from collections.abc import Callable

from markupsafe import Markup

from services.portal.atoms import icon
from services.portal.clients.documents import Document
from services.portal.tables import Column, Empty, Table
from services.portal.tables.cells import icon_link
from services.portal.tables.table import Cell
from services.portal.viewer import Viewer
from services.portal.vocabulary import DOCUMENT_KINDS
from shared.language import formats, mark
from shared.language import gettext as _


def _table(empty: Callable[[Viewer], Empty], actions: Cell[Document]) -> Table[Document]:
    return Table(
        id="documents",
        caption=mark("Documents"),
        columns=(
            Column("title", mark("Document"), lambda document, viewer: document.title, may_hide=False),
            Column("kind", mark("Kind"), lambda document, viewer: DOCUMENT_KINDS[document.kind]),
            Column("added", mark("Added"), lambda document, viewer: formats.day(document.added_at), look="when"),
        ),
        empty=empty,
        actions=actions,
    )


def _none_of_mine(viewer: Viewer) -> Empty:
    text = _("Contracts, statements and other documents that your provider keeps with this account.")
    return Empty("file-text", _("No documents yet"), text)


def _download(document: Document, viewer: Viewer) -> Markup:
    path = viewer.path(f"documents/{document.id}/file")
    return icon_link(path, icon("download"), _("Download %(title)s", title=document.title))


DOCUMENTS = _table(_none_of_mine, _download)


def documents_of_customer(path: str) -> Table[Document]:
    """For staff, at ``path``, which may take documents away."""

    def empty(viewer: Viewer) -> Empty:
        return Empty("file-text", _("No documents yet"), _("What you add here, the people of the account see."))

    def remove(document: Document, viewer: Viewer) -> Markup | str:
        if not viewer.may("bill_group.manage"):
            return ""
        return icon_link(f"{path}/{document.id}/remove", icon("trash"), _("Remove %(title)s", title=document.title))

    return _table(empty, remove)

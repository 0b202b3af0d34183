"""The README of an archive: what each of its files and their columns are, in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.portal.archive.parts import Archive
from services.portal.clients.exports import ArchiveColumn, ArchiveFile, Exporter
from services.portal.viewer import Viewer
from shared.language import gettext as _

MISSING = "missing.txt"
MOST_PDFS = 2_000
"""Of invoices, and of documents: the newest."""


@dataclass(frozen=True)
class Readme:
    text: str
    missing: str
    """What stands above the list of PDFs that are not there."""


def readme_of(viewer: Viewer, archive: Archive) -> Readme:
    lines = [*_head(viewer, archive), *_formats()]
    for exporter, file in archive.files:
        lines += _file(exporter, file)
    lines += _pdfs(archive)
    return Readme("\n".join(lines) + "\n", _("These PDFs could not be had when the archive was downloaded:") + "\n\n")


def _head(viewer: Viewer, archive: Archive) -> Iterator[str]:
    title = _("All data of %(company)s", company=viewer.workspace.display_name)
    yield from (title, "=" * len(title), "")
    yield _("Account number: %(number)s", number=viewer.workspace.account_number)
    yield _("Prepared: %(time)s (UTC)", time=f"{archive.requested_at:%Y-%m-%d %H:%M}")
    yield _("For: %(person)s", person=f"{viewer.user.display_name} <{viewer.user.address}>")
    yield ""


def _formats() -> Iterator[str]:
    yield _("How to read it")
    yield ""
    yield "- " + _("Files that end in .jsonl are JSON Lines: one object per line, in UTF-8.")
    yield "- " + _("Times are in UTC, as in 2026-11-30T14:20:06Z. Days are the days of the invoices.")
    yield "- " + _("Amounts are whole numbers in the smallest unit of their currency: 1250 with EUR is 12.50 euros.")
    yield "- " + _("Empty values are null. Objects may have more members than are named here.")
    yield "- " + _("The lists were read one after the other. What changed meanwhile may be in one and not in another.")
    yield "- " + _("Secrets such as licence keys and credentials are not in it, and no data of other workspaces.")
    yield ""
    yield _("Files")


def _file(exporter: Exporter, file: ArchiveFile) -> Iterator[str]:
    yield from ("", f"{exporter}/{file.name}.jsonl", "    " + file.meaning)
    yield "    " + _("Lines: %(number)s", number=file.rows)
    width = max((len(column.path) for column in file.columns), default=0)
    for column in file.columns:
        yield f"      {column.path.ljust(width)}  {_said(column)}"


def _said(column: ArchiveColumn) -> str:
    return _("%(title)s, in the smallest unit", title=column.title) if column.is_amount else column.title


def _pdfs(archive: Archive) -> Iterator[str]:
    kinds = {
        "invoices": _("The PDFs of the invoices, by their number."),
        "documents": _("The PDFs of the documents, by the day on which they were added and their title."),
    }
    rows = {file.name: file.rows for exporter, file in archive.files if exporter == "billing"}
    for name, meaning in kinds.items():
        if rows.get(name):
            yield from ("", f"billing/{name}/*.pdf", "    " + meaning)
            if rows[name] > MOST_PDFS:
                yield "    " + _("Only the newest %(most)s of %(all)s are here.", most=MOST_PDFS, all=rows[name])
    yield ""
    yield _("If PDFs could not be had, %(file)s names them.", file=MISSING)

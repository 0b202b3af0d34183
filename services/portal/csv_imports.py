"""Importing rows from a CSV file: what is wrong in it and what it would add is shown first, always. What was shown goes
along in the page, and is read and checked again, so that what changed in between is found."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.clients.importing import Imported, RowError
from services.portal.csv_files import CsvColumn, CsvRefused, CsvRow, Fault, packed, read_csv, unpacked, write_csv
from services.portal.forms import IN_THE_FORM, Form, read_form
from services.portal.refusals import field_refusal
from services.portal.rendering import page, see_other
from services.portal.views import View
from shared.language import gettext as _

FAULTS_SHOWN = 100
BEGINNING = 5
"""Rows of a file that are shown as they were read."""
_PLACE = re.compile(r"/rows/(\d{1,4})(?:/(\w+))?")


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file that can be imported."""

    content: str
    """It, as the value of a hidden field."""
    added: int
    """How many rows it would add."""
    there_already: int
    beginning: Sequence[str]
    """The first ones, as they were read."""


@dataclass(frozen=True)
class ImportPage(View):
    """The page of an import. Subclasses name the template, and where it is."""

    columns: Sequence[tuple[str, bool, str]]
    """What a file may have: titles, whether it has to, and examples."""
    form: Form
    file: ImportFile | None
    faults: Sequence[Fault]
    """The first ones."""
    more: int
    """How many other faults there are."""
    is_stale: bool
    """Whether something has changed since the file was shown."""


@dataclass(frozen=True, slots=True)
class Importing:
    """What is imported: its columns, in words, and the service that takes the rows."""

    columns: Sequence[CsvColumn]
    examples: Mapping[str, Sequence[str]]
    """Two values for each column."""
    words: Mapping[tuple[str, str], str]
    """Where a file needs other words than a form, by the field and the code of its error: marked texts."""
    view: Callable[..., ImportPage]
    """Of the fields of `ImportPage`."""
    check: Callable[[Sequence[CsvRow]], Awaitable[Imported]]
    add: Callable[[Sequence[CsvRow], str], Awaitable[Imported]]
    """With an idempotency key."""
    called: Callable[[CsvRow], str]
    """A row in a few words."""
    said: Callable[[int], str]
    """That so many were added."""
    leads_to: str
    """The page after it."""

    def shown_columns(self) -> list[tuple[str, bool, str]]:
        return [(_(column.title), column.required, self.examples[column.field][0]) for column in self.columns]

    def example_file(self, name: str) -> Response:
        """A file with two rows, in the reader's language."""
        rows = [
            [_(column.title) for column in self.columns],
            *([self.examples[column.field][n] for column in self.columns] for n in range(2)),
        ]
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(write_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)

    def empty(self, request: Request) -> Response:
        """The page on which a file is chosen."""
        return page(request, self._page())

    async def handle(self, request: Request) -> Response:
        """What a chosen file would add, or what is wrong in it; with the content that was shown, adding it."""
        form = await read_form(request)
        async with request.form() as sent:
            upload = sent.get("file")
            content = await upload.read() if isinstance(upload, UploadFile) else None
        try:
            content = unpacked(form.value("content")) if content is None else content
            rows = read_csv(content, self.columns)
        except CsvRefused as refused:
            return self._faulty(request, refused.faults)
        if upload is not None:
            return await self._show(request, content, rows)
        try:
            done = await self.add(rows, form.key)
        except Refused as refusal:
            if refusal.status not in IN_THE_FORM:
                raise
            return await self._show(request, content, rows, is_stale=True)
        browser_of(request).say(self.said(done.added))
        return see_other(self.leads_to)

    async def _show(
        self, request: Request, content: bytes, rows: Sequence[CsvRow], *, is_stale: bool = False
    ) -> Response:
        try:
            checked = await self.check(rows)
        except Refused as refusal:
            if refusal.status not in (413, *IN_THE_FORM):
                raise
            return self._faulty(request, self._faults_of(rows, refusal), is_stale=is_stale)
        results = list(zip(rows, checked.rows, strict=True))
        if faults := [self._fault(row, error) for row, result in results for error in result.errors]:
            return self._faulty(request, faults, is_stale=is_stale)
        new = [self.called(row) for row, result in results if result.state == "added"]
        file = ImportFile(packed(content), checked.added, checked.there_already, new[:BEGINNING])
        return page(request, self._page(file=file, is_stale=is_stale), 409 if is_stale else 200)

    def _faulty(self, request: Request, faults: Sequence[Fault], *, is_stale: bool = False) -> Response:
        more = max(len(faults) - FAULTS_SHOWN, 0)
        return page(request, self._page(faults=faults[:FAULTS_SHOWN], more=more, is_stale=is_stale), 422)

    def _page(
        self, *, file: ImportFile | None = None, faults: Sequence[Fault] = (), more: int = 0, is_stale: bool = False
    ) -> ImportPage:
        return self.view(
            columns=self.shown_columns(), form=Form(), file=file, faults=faults, more=more, is_stale=is_stale
        )

    def _faults_of(self, rows: Sequence[CsvRow], refusal: Refused) -> list[Fault]:
        """Why a check of the rows was refused altogether: for what no service takes in any field, or for their
        number."""
        faults = []
        for error in refusal.errors:
            place = _PLACE.match(error.pointer)
            if place and int(place[1]) < len(rows):
                faults.append(Fault(rows[int(place[1])].line, self._titled(place[2] or ""), error.text))
        return faults or [Fault(0, "", refusal.detail)]

    def _fault(self, row: CsvRow, error: RowError) -> Fault:
        name = error.pointer.lstrip("/")
        own = self.words.get((name, error.code))
        text = _(own) if own else field_refusal(error.model_dump()).text
        return Fault(row.line, self._titled(name), text)

    def _titled(self, name: str) -> str:
        return next((_(column.title) for column in self.columns if column.field == name), "")

"""A service that exports lists, with people who ask, and workers that are run step by step."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text

from deploy.serving.housekeeping import jobs_of
from shared.clock import Clock
from shared.exports.making import LEASE, RETRY, Making
from shared.exports.models import Export, ExportState
from shared.exports.offered import Exports
from shared.jobs import Job, JobContext, Jobs
from shared.leases import claim
from shared.reads import AbsentReads
from tests.harness.services import Caller, Running

INVOICE = text("""
INSERT INTO invoices (id, workspace_id, bill_group_id, status, currency, net_minor, tax_minor, total_minor, paid_minor,
                      number, series, series_year, sequence, issued_on, due_on, issued_at, seller, buyer, version)
SELECT gen_random_uuid(), :workspace, :group, 'open', :currency, :total, 0, :total, 0,
       :series || '-' || lpad(n::text, 6, '0'), :series, 2027, n, '2027-01-10', '2027-01-24', now(), '{}', '{}', 1
  FROM generate_series(1, :count) n""")


class Later(Clock):
    """Real time that has moved on."""

    def __init__(self, by: timedelta) -> None:
        super().__init__()
        self._by = by

    def real_now(self) -> datetime:
        return datetime.now(UTC) + self._by


@dataclass
class Exporting:
    running: Running

    @property
    def exports(self) -> Exports:
        found = self.running.runtime.service.exports
        assert found
        return found

    @property
    def path(self) -> str:
        return f"/api/{self.running.database.service}/exports"

    @property
    def folder(self) -> Path:
        folder: Path = self.running.runtime.settings.files_dir / self.running.database.service / "exports"
        return folder

    @property
    def files(self) -> list[str]:
        return sorted(file.name for file in self.folder.iterdir()) if self.folder.exists() else []

    def worker(self, clock: Clock | None = None) -> JobContext:
        runtime = self.running.runtime
        absent = AbsentReads(runtime.pool, runtime.access)
        return JobContext(runtime.worker_sessions, clock or runtime.clock, runtime.settings, absent)

    @property
    def jobs(self) -> Jobs:
        return jobs_of(self.running.runtime.service)

    def job(self, name: str) -> Job:
        return next(timed.job for timed in self.jobs.jobs if timed.job.__name__ == name)

    async def work(self, clock: Clock | None = None) -> None:
        while await self.job("make_exports")(self.worker(clock)):
            pass

    async def attempt(self) -> Making:
        """An attempt of a worker that has only claimed the export yet."""
        async with self.running.runtime.worker_sessions.begin() as session:
            now = self.running.runtime.clock.real_now()
            [found] = await claim(session, Export, RETRY, now=now, lease=LEASE, limit=1, state=ExportState.running)
        return Making(self.exports, self.worker(), found.row)

    async def ask(self, caller: Caller, list_: str, format_: str = "csv", **more: Any) -> httpx.Response:
        body = {"list": list_, "format": format_, **more}
        return await caller.http.post(self.path, json=body, headers={"Idempotency-Key": str(uuid4())})

    async def made(self, caller: Caller, list_: str, format_: str = "csv", **more: Any) -> str:
        """The id of an export that is done."""
        answer = await self.ask(caller, list_, format_, **more)
        assert answer.status_code == 201, answer.text
        await self.work()
        return str(answer.json()["id"])

    async def state(self, caller: Caller, id_: str) -> dict[str, Any]:
        answer = await caller.http.get(f"{self.path}/{id_}")
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def file(self, caller: Caller, id_: str) -> httpx.Response:
        return await caller.http.get(f"{self.path}/{id_}/file")

    async def table(self, caller: Caller, list_: str, **more: Any) -> list[dict[str, str]]:
        """The rows of a CSV file."""
        answer = await self.file(caller, await self.made(caller, list_, **more))
        assert answer.status_code == 200, answer.text
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))

    async def invoices(
        self, workspace_id: UUID, count: int, *, group: UUID | None = None, total: int = 1250, currency: str = "EUR"
    ) -> None:
        values = {"workspace": workspace_id, "group": group or uuid4(), "count": count, "total": total}
        values |= {"series": f"LC{uuid4().hex[:6]}", "currency": currency}
        async with self.running.database.owner.begin() as session:
            await session.execute(text("SET LOCAL session_replication_role = replica"))  # no bill groups
            await session.execute(INVOICE, values)

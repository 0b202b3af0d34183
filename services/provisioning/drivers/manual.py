"""A driver for what people do: deliver, connect, change and collect. Its step is a task of the provider's staff, and
done when they say so (`manual_tasks`)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from services.provisioning.drivers.port import Done, Failed, Resource, StepOutcome, Task, Working
from services.provisioning.drivers.texts import Code, Text
from services.provisioning.verbs import Verb
from shared.db import Sessions, run_sql
from shared.schemas import Body
from shared.scope import begin_in
from shared.waking import wake

LOOK_AGAIN = timedelta(minutes=1)
"""Whoever finishes a task has its operation called at once. This is for a call that was under way then."""


class Title(Code):
    deliver = "manual_deliver", "Deliver and install"
    set_up = "manual_set_up", "Set up"
    change = "manual_change", "Change or move"
    collect = "manual_collect", "Collect"
    take_down = "manual_take_down", "Take down"
    note = "manual_note", "Note it"


class Message(Code):
    waiting = "manual_waiting", "Waits for the provider"
    planned = "manual_planned", "Planned by the provider"
    done = "manual_done", "Done by the provider"
    noted = "manual_noted", "Noted"


class Failure(Code):
    not_possible = "manual_not_possible", "It could not be done: %(reason)s"


class UndoFailure(Code):
    """Nothing is taken back: what was not done needs no undoing."""


class CredentialName(Code):
    """It hands over no credentials."""


class Options(Body):
    """It has none."""


ASSETS = {Verb.create: Title.deliver, Verb.change: Title.change, Verb.delete: Title.collect}
OTHERS = {Verb.create: Title.set_up, Verb.change: Title.change, Verb.delete: Title.take_down}
NOTED = frozenset({Verb.suspend, Verb.resume})
"""Nobody drives out for these: that the service is not to be used is on its pages."""

_WORK = """
SELECT id, workspace_id FROM operations
 WHERE service_id = $1 AND verb = $2 AND state IN ('queued', 'running')
"""
_OPEN = """
INSERT INTO manual_tasks (operation_id, workspace_id, service_id, order_id, order_number, display_name, product_name,
                          kind, verb, quantity, location_name, message, wanted_on, planned_on, opened_at)
SELECT o.id, o.workspace_id, s.id, r.id, r.number, s.display_name, p.display_name, s.kind, o.verb, r.quantity,
       (SELECT l.display_name FROM locations l WHERE l.location_id = r.location_id), r.message, r.wanted_on,
       r.planned_on, coalesce(r.answered_at, r.decided_at, r.placed_at)
  FROM operations o JOIN services s ON s.id = o.service_id JOIN orders r ON r.id = o.order_id
  JOIN products p ON p.id = s.product_id
 WHERE o.id = $1
ON CONFLICT (operation_id) DO NOTHING
"""
_TASK = "SELECT state, reason FROM manual_tasks WHERE operation_id = $1"


class Manual:
    """Has people do it. Each operation is one task: begun again after it was given up, it is a new one."""

    options: ClassVar[type[BaseModel]] = Options
    titles: ClassVar[type[Code]] = Title
    messages: ClassVar[type[Code]] = Message
    failures: ClassVar[type[Code]] = Failure
    undo_failures: ClassVar[type[Code]] = UndoFailure
    credential_names: ClassVar[type[Code]] = CredentialName
    by_hand: ClassVar[bool] = True

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @staticmethod
    def verbs(kind: str) -> frozenset[Verb]:
        return frozenset({Verb.change, Verb.suspend, Verb.resume, Verb.delete})

    @staticmethod
    def steps(task: Task) -> Sequence[Text]:
        titles = ASSETS if task.kind == "asset" else OTHERS
        return [titles.get(task.verb, Title.note).text()]

    async def run_step(self, task: Task, n: int, now: datetime) -> StepOutcome:
        if task.verb in NOTED:
            return Done(Message.noted.text())
        async with self._sessions() as session:
            work = (await run_sql(session, _WORK, task.service_id, task.verb)).one()
        async with begin_in(self._sessions, work.workspace_id) as session:
            await run_sql(session, _OPEN, work.id)
            await wake(session, "manual_tasks")
            found = (await run_sql(session, _TASK, work.id)).one()
        match found.state:
            case "done":
                return Done(Message.done.text())
            case "given_up":
                return Failed(Failure.not_possible.text(reason=found.reason))
            case state:
                return Working(LOOK_AGAIN, (Message.planned if state == "planned" else Message.waiting).text())

    async def undo_step(self, task: Task, n: int, now: datetime) -> StepOutcome:
        return Done(Message.noted.text())

    async def resources(self, after: tuple[UUID, str] | None, limit: int) -> Sequence[Resource]:
        return ()

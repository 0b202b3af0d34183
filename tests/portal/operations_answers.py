"""The fake API of provisioning for the work on services."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal.answering import Reply, answers, problem
from tests.portal.samples import at, ident

STEPS = {
    "restart": (("shut_down", "Shut down"), ("start_up", "Start up"), ("check_answers", "Check that it answers")),
    "diagnose": (("measure", "Measure"), ("evaluate", "Evaluate")),
    "console_log": (("read_console", "Read the console"),),
    "reset_credentials": (
        ("make_credentials", "Make new credentials"),
        ("replace_credentials", "Replace the former ones"),
    ),
}
AGREED = ["change", "delete", "resume", "suspend"]
VERBS = {
    "node": [*AGREED, "console_log", "diagnose", "reset_credentials", "restart"],
    "port": [*AGREED, "diagnose", "restart"],
}


def detail(service: dict[str, Any]) -> dict[str, Any]:
    """A service of the list as it is answered alone."""
    return service | {"verbs": VERBS[service["kind"]], "by_hand": False, "may_pause": service["kind"] == "node"}


SECRET = "m4Kq<Tz7&Wd"
CONSOLE = "[    0.000] Booting the kernel\n[    2.500] <login> prompt & more"


def operation(verb: str, state: str = "running", *, steps: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
    """An operation on the node, whose first ``steps`` are in these states."""
    titles = STEPS[verb]
    states = [*steps, *["waiting"] * (len(titles) - len(steps))]
    shown = [
        {"n": n, "title": title, "key": key, "state": each, "detail": "", "detail_code": None, "detail_values": {},
         "at": at(minutes=1) if each != "waiting" else None}
        for n, ((key, title), each) in enumerate(zip(titles, states, strict=True), start=1)
    ]  # fmt: skip
    return {
        "id": ident(f"{verb} operation"), "verb": verb, "state": state, "step": 1, "steps": len(titles), "message": "",
        "message_code": None, "message_values": {}, "order_id": None, "started_at": at(minutes=2),
        "ended_at": None if state in ("queued", "running") else at(minutes=1),
        "begun_by_address": "rosa@northwind.example", "begun_via": "self", "service_id": ident("service-2"),
        "service_display_name": "fra02-metal-07", "undoing": False, "cancelled": False, "has_output": False,
        "operation_steps": shown,
    } | changes  # fmt: skip


def summary(whole: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "verb", "state", "step", "steps", "message", "message_code", "message_values", "order_id",
             "started_at", "ended_at", "begun_by_address", "begun_via")  # fmt: skip
    return {name: whole[name] for name in names}


@dataclass
class OperationsAnswers:
    work: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The operations by their ids, beside the one that has created the service."""
    busy_with: dict[str, Any] | None = None
    credentials: dict[str, Any] = field(
        default_factory=lambda: {"state": "ready", "begun_by_you": True, "until": at(minutes=-30), "shown_at": None}
    )
    """What became of those that were made last."""

    @answers("POST", "/provisioning/credentials")
    def reset_credentials(self, request: httpx.Request) -> Reply:
        if self.busy_with:
            return problem(409, "service-busy", "rosa@northwind.example has begun: restart.", **self.busy_with)
        begun = operation("reset_credentials", "queued")
        self.work[begun["id"]] = begun
        return {"id": begun["id"]}

    @answers("GET", "/provisioning/credentials/{operation}")
    def credentials_state(self, request: httpx.Request, operation: str) -> Reply:
        return self.credentials

    @answers("POST", "/provisioning/credentials/{operation}/show")
    def show_credentials(self, request: httpx.Request, operation: str) -> Reply:
        if self.credentials["state"] == "shown":
            return problem(410, "credentials-shown-already", "They were shown already.")
        self.credentials |= {"state": "shown", "until": None, "shown_at": at()}
        named = (("User name", "user_name", "node-1f2e"), ("Password", "password", SECRET))
        return {"credentials": [{"name": name, "code": code, "value": value} for name, code, value in named]}

    @answers("GET", "/provisioning/operations")
    def operations(self, request: httpx.Request) -> Reply:
        creation = summary(operation("diagnose", "succeeded")) | {"verb": "create", "order_id": ident("order"),
                                                                   "id": ident("creation")}  # fmt: skip
        return {"items": [*map(summary, self.work.values()), creation], "next": None}

    @answers("POST", "/provisioning/operations")
    def begin_operation(self, request: httpx.Request) -> Reply:
        if self.busy_with:
            return problem(409, "service-busy", "rosa@northwind.example has begun: restart.", **self.busy_with)
        begun = operation(json.loads(request.content)["verb"], "queued")
        self.work[begun["id"]] = begun
        return {"id": begun["id"]}

    @answers("GET", "/provisioning/operations/{operation}")
    def operation(self, request: httpx.Request, operation: str) -> Reply:
        return self.work.get(operation) or problem(404, "not-found", "There is no such operation.")

    @answers("GET", "/provisioning/operations/{operation}/output")
    def operation_output(self, request: httpx.Request, operation: str) -> Reply:
        return {"output": CONSOLE if self.work[operation]["has_output"] else None}

    @answers("POST", "/provisioning/operations/{operation}/cancel")
    def cancel_operation(self, request: httpx.Request, operation: str) -> Reply:
        if self.work[operation]["state"] not in ("queued", "running"):
            return problem(409, "not-cancellable", "The operation is succeeded.", state="succeeded")
        self.work[operation] |= {"cancelled": True}
        return httpx.Response(204)

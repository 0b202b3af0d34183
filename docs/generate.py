"""Writes events.md, problems.md, permissions.md, topics.md, archive.md and asyncapi/ from the code, capacity.md and the
example values of the chart from benchmarks.md: `make docs`. A test says when they are stale."""

import importlib
import inspect
import re
from pathlib import Path
from typing import get_args

from fastapi.routing import iter_route_contexts
from pydantic.fields import FieldInfo

from deploy.environment import SERVICES
from deploy.serving.openapi import DocumentedAPI
from docs.archives import archive
from docs.asyncapi import documents, own_fields
from docs.sizing import capacity, values
from services.notifications.topic_rows import Channel, TopicRow
from services.notifications.topics import Topic
from shared.app import ServiceDefinition
from shared.auth.permissions import ROLES, Level, table
from shared.auth.routes import Allow, GuardedRoute
from shared.errors import problems_of
from shared.events import REGISTRY, Envelope

HERE = Path(__file__).parent
MODULES = r"\b(typing|uuid|datetime|shared\.events(\.[a-z_]+)+)\."
MARKED = r"typing\.Annotated\[(\w+), \w+\(\)\]"
"""A type with a mark for our own code."""
TABLE = ("| field | type | meaning |", "|---|---|---|")
SAY = "<!-- Written by `make docs`. Change the code, not this page. -->\n"


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {
        "events.md": events(),
        "problems.md": problems(),
        "permissions.md": permissions(),
        "topics.md": topics(),
        "archive.md": SAY + archive(services()),
        "capacity.md": SAY + capacity(),
        **{f"../deploy/kubernetes/examples/{name}": text for name, text in values().items()},
        **documents(services()),
    }


def services() -> list[ServiceDefinition]:
    return [importlib.import_module(f"services.{name}.app").service for name in SERVICES]


def one_line(thing: object) -> str:
    return " ".join((inspect.getdoc(thing) or "").split()).replace("|", "\\|")


def events() -> str:
    lines = [
        SAY,
        "# Events",
        "",
        "Past-tense facts. Each is published to the topic exchange of its service, `<service>.events`; its name is the",
        "routing key.",
        "",
    ]
    written = " · ".join(f"[{service}](asyncapi/{service}.json)" for service in SERVICES)
    lines += ["What each service sends and hears is also written as an AsyncAPI 3 document per service:"]
    lines += [f"{written}. Admins and regular users of the provider read them as pages: Events, in the portal.", ""]
    lines += ["Every event also carries the envelope:", "", *TABLE]
    lines += [row(name, field) for name, field in Envelope.model_fields.items()]
    listening = {service.name: {key for one in service.events.listeners for key in one.keys} for service in services()}
    for name, event in sorted(REGISTRY.items()):
        hears = [who for who, keys in listening.items() if name in keys or ("#" in keys and not event.transient)]
        lines += ["", f"## {name}", "", f"`{event.__name__}`, version {event.version}. {one_line(event)}", ""]
        lines += [f"Heard by: {', '.join(hears) or 'open pages only'}.", "", *TABLE]
        lines += [row(field, info) for field, info in own_fields(event)]
    return "\n".join(lines) + "\n"


def row(name: str, field: FieldInfo) -> str:
    return f"| `{name}` | {type_of(field)} | {(field.description or '').replace('``', '`')} |"


def type_of(field: FieldInfo) -> str:
    annotation = field.annotation
    text = annotation.__name__ if isinstance(annotation, type) and not get_args(annotation) else str(annotation)
    text = re.sub(MARKED, r"\1", text)
    return "`" + re.sub(MODULES, "", text).replace("|", "\\|") + "`"


def problems() -> str:
    lines = [SAY, "# Problems", "", "Every refusal is an RFC 9457 problem document; `type` ends in the name here."]
    lines += ["Which of them an operation answers with, by status, is in its service's OpenAPI document,"]
    lines += ["`/api/<service>/openapi.json`.", "", "| type | status | title | meaning |", "|---|---|---|---|"]
    answered = {kind for service in services() for kind in problems_in(service)}
    for problem in problems_of("shared", "services"):
        if f"/problems/{problem.slug()}" in answered:
            lines.append(f"| `/problems/{problem.slug()}` | {problem.status} | {problem.title} | {one_line(problem)} |")
    return "\n".join(lines) + "\n"


def problems_in(service: ServiceDefinition) -> list[str]:
    """The types of the problems that operations of the service answer with."""
    schemas = DocumentedAPI(service.name, service.routers).openapi()["components"]["schemas"]
    return [*schemas["Problem"]["discriminator"]["mapping"]]


def levels_by_permission() -> dict[str, set[Level]]:
    """The levels that some role has, by permission."""
    return {row.name: set(row.roles.values()) for row in table().values()}


def routes_of(service: ServiceDefinition) -> list[GuardedRoute]:
    found = []
    for context in (each for router in service.routers for each in iter_route_contexts(router.routes)):
        assert isinstance(context.original_route, GuardedRoute), context.original_route
        found.append(context.original_route)
    return found


def routes_by_permission() -> dict[str, dict[str, frozenset[Level]]]:
    """Each permission's routes, with the levels that they handle."""
    found: dict[str, dict[str, frozenset[Level]]] = {name: {} for name in table()}
    for route in (each for service in services() for each in routes_of(service)):
        if isinstance(route.guard, Allow):
            found[route.guard.permission][f"{min(route.methods)} {route.path}"] = route.guard.levels
    return found


def permissions() -> str:
    lines = [
        SAY,
        "# Permissions",
        "",
        "From `shared/permissions.toml`, the one table that every service decides by. Below it are the routes of each",
        "permission, with the levels at which they let somebody in: `own` and `ask` only where a route names them.",
        "",
    ]
    lines += [f"| permission | {' | '.join(ROLES)} | in |", "|---" * (len(ROLES) + 2) + "|"]
    for row in table().values():
        cells = [row.roles.get(role, "") for role in ROLES]
        kinds = ", ".join(sorted(row.kinds)) or "every workspace"
        lines.append(f"| **{row.name}** {row.title} | {' | '.join(cells)} | {kinds} |")
    lines += ["", "## Routes", "", "| permission | levels in the table | routes |", "|---|---|---|"]
    routes = routes_by_permission()
    for name, levels in levels_by_permission().items():
        served = [f"`{route}` ({', '.join(sorted(at & levels))})" for route, at in routes[name].items()]
        lines.append(f"| {name} | {', '.join(sorted(levels))} | {'<br>'.join(sorted(served))} |")
    return "\n".join(lines) + "\n"


def topics() -> str:
    lines = [
        SAY,
        "# Topics",
        "",
        "What people are told of, from `services/notifications/topics.py`. What is forced is always mailed; the others",
        "follow what each person has chosen under *Your settings*, and the switches of contacts. A notice in the",
        "portal is over when what it asks for was done, and after the days of its topic.",
        "",
    ]
    lines += ["| topic | who hears of it | mail | in the portal | about money |", "|---|---|---|---|---|"]
    for group in dict.fromkeys(topic.row.group for topic in Topic):
        lines.append(f"| **{group.title_text}** | | | | |")
        lines += [topic_row(topic, topic.row) for topic in Topic if topic.row.group is group]
    return "\n".join(lines) + "\n"


def topic_row(topic: Topic, row: TopicRow) -> str:
    mail = f"{row.policy}{', gathered' if row.gathered else ''}"
    ends = ", until " + ", ".join(f"`{event}`" for event in row.ended_by) if row.ended_by else ""
    portal = f"{row.days} days{ends}" if Channel.portal in row.channels else "no"
    said = row.audience.words, mail, portal, "yes" if row.about_money else ""
    return f"| {row.title} (`{topic}`) | {' | '.join(said)} |"


if __name__ == "__main__":
    for file, text in pages().items():
        (HERE / file).parent.mkdir(exist_ok=True)
        (HERE / file).write_text(text)
        print(f"docs/{file}")

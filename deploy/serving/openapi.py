"""The problems of a service as schemas in its OpenAPI document."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from shared.errors import Problem, problems_of


class DocumentedAPI(FastAPI):
    """An application whose OpenAPI document includes the problems of ``service``."""

    def __init__(self, service: str, **options: Any) -> None:
        super().__init__(**options)
        self._service = service

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        problems = problem_schemas(problems_of("shared", f"services.{self._service}"))
        document.setdefault("components", {}).setdefault("schemas", {}).update(problems)
        return document


def problem_schemas(problems: list[type[Problem]]) -> dict[str, Any]:
    """The problem schemas, and ``Problem`` as their union with ``type`` as discriminator."""
    named = {f"{problem.__name__}Problem": _schema(problem) for problem in problems}
    named["UnnamedProblem"] = _object("Its status says all, such as that an address does not exist.", "about:blank",
                                      {"type": "integer", "minimum": 400, "maximum": 599}, {})  # fmt: skip
    mapping = {schema["properties"]["type"]["const"]: f"#/components/schemas/{name}" for name, schema in named.items()}
    told_apart = {"propertyName": "type", "mapping": mapping}
    return named | {"Problem": {"oneOf": [{"$ref": each} for each in mapping.values()], "discriminator": told_apart}}


def _schema(problem: type[Problem]) -> dict[str, Any]:
    return _object(problem.__doc__ or "", f"/problems/{problem.slug()}", {"const": problem.status}, problem.members)


def _object(meaning: str, name: str, status: dict[str, Any], members: Mapping[str, Any]) -> dict[str, Any]:
    always = {"type": {"const": name}, "title": {"type": "string"}, "status": status, "detail": {"type": "string"}}
    return {"type": "object", "description": " ".join(meaning.split()), "required": [*always],
            "properties": always | dict(members)}  # fmt: skip

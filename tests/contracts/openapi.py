"""Each service's OpenAPI document, and whether requests and responses match it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from deploy.serving.apps import create_app
from tests.harness.services import SETTINGS, service_named

SERVICES = ("identity", "billing", "provisioning", "notifications", "audit")
NOWHERE = {"database_url": "postgresql://nowhere/x", "worker_database_url": "postgresql://nowhere/x",
           "rabbitmq_url": "amqp://nowhere"}  # fmt: skip
PROBLEM = "application/problem+json"
TYPED_BY_PEOPLE = {"format", "pattern", "minLength", "maxLength", "minimum", "maximum", "enum", "const"}
"""Constraints that a person's entry in a form may violate, so that the service refuses it. Any other violation is a
fault of the calling code."""


class Drift(AssertionError):
    """A request or a response does not match the OpenAPI document."""


@cache
def document(service: str) -> dict[str, Any]:
    """The document of the service's application, without starting a server."""
    declared = service_named(service)
    app = create_app(declared, declared.settings_type(**(SETTINGS | NOWHERE)), worker=False)
    return app.openapi()


@dataclass(frozen=True)
class Operation:
    service: str
    method: str
    path: str
    parameters: tuple[str, ...]
    """The values of the path's parameters in the request."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def described(self) -> dict[str, Any]:
        found: dict[str, Any] = document(self.service)["paths"][self.path][self.method.lower()]
        return found

    def inputs(self, place: str) -> dict[str, dict[str, Any]]:
        """The described parameters by name; names of headers in lower case."""
        found = [each for each in self.described.get("parameters", ()) if each["in"] == place]
        return {each["name"].lower() if place == "header" else each["name"]: each for each in found}

    @property
    def success(self) -> int:
        """The status of a success."""
        [status] = [int(status) for status in self.described["responses"] if status.isdigit()]
        return status

    def answer_schema(self, status: int, media_type: str) -> Mapping[str, Any] | None:
        """The schema of a body with this media type; None if the response has no body."""
        responses = self.described["responses"]
        response = responses.get(str(status)) or (responses["default"] if status >= 400 else None)
        if response is None:
            raise Drift(f"{self} does not answer {status}")
        content = response.get("content", {})
        if not content and not media_type:
            return None
        if media_type not in content:
            raise Drift(f"{self} answers {status} with {list(content)}, not with {media_type or 'nothing'}")
        found: Mapping[str, Any] = content[media_type]["schema"]
        return found

    def body_schema(self) -> Mapping[str, Any] | None:
        content = self.described.get("requestBody", {}).get("content", {})
        found: Mapping[str, Any] | None = content["application/json"]["schema"] if content else None
        return found


def operations(service: str) -> list[Operation]:
    paths: dict[str, dict[str, Any]] = document(service)["paths"]
    return [Operation(service, method.upper(), path, ()) for path, item in paths.items() for method in item]


def operation_at(method: str, url_path: str) -> Operation:
    """The operation that a request reaches. Paths without parameters take precedence."""
    service = url_path.split("/")[2]
    if service not in SERVICES:
        raise Drift(f"there is no service {service}")
    for operation in sorted(operations(service), key=lambda each: each.path.count("{")):
        pattern = re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(operation.path))
        found = re.fullmatch(pattern, url_path)
        if found and operation.method == method:
            return Operation(service, method, operation.path, tuple(map(unquote, found.groups())))
    raise Drift(f"{method} {url_path} is no operation of {service}")


def errors(service: str, schema: Mapping[str, Any], value: Any) -> Iterator[ValidationError]:
    whole = {**schema, "components": document(service)["components"]}
    yield from Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(value)


def check_request(operation: Operation, url: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether all values are valid. Raises `Drift` if the request violates the document in a way that no person's entry
    can."""
    found = [*_parameter_errors(operation, url, headers), *_body_errors(operation, body)]
    for error in found:
        if not typed_by_people(error):
            raise Drift(f"{operation}: {error.json_path}: {error.message}")
    return not found


def _parameter_errors(operation: Operation, url: str, headers: Mapping[str, str]) -> Iterator[ValidationError]:
    asked = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    described = operation.inputs("query")
    if unknown := asked.keys() - described.keys():
        raise Drift(f"{operation} takes no {sorted(unknown)} in the query")
    sent = {name.lower(): value for name, value in headers.items()}
    if "idempotency-key" in sent and "idempotency-key" not in operation.inputs("header"):
        raise Drift(f"{operation} takes no Idempotency-Key")
    in_path = dict(zip(operation.inputs("path"), operation.parameters, strict=True))
    places = ((described, asked), (operation.inputs("header"), sent), (operation.inputs("path"), in_path))
    for expected, values in places:
        for name, parameter in expected.items():
            if name in values:
                yield from errors(operation.service, parameter["schema"], _as_typed(parameter["schema"], values[name]))
            elif parameter.get("required"):
                raise Drift(f"{operation} needs {name}")


def _as_typed(schema: Mapping[str, Any], text: str) -> Any:
    """A parameter's text, converted to the type in its schema."""
    types = {each.get("type") for each in schema.get("anyOf", [schema])}
    if "boolean" in types:
        return {"true": True, "false": False}.get(text, text)
    return int(text) if "integer" in types and re.fullmatch(r"-?\d+", text) else text


def _body_errors(operation: Operation, body: bytes) -> Iterator[ValidationError]:
    schema = operation.body_schema()
    if schema is not None:
        required = operation.described["requestBody"].get("required", False)
        if body or required:
            yield from errors(operation.service, schema, json.loads(body or b"null"))
    elif body:
        raise Drift(f"{operation} takes no body")


def typed_by_people(error: ValidationError) -> bool:
    """Whether a value is wrong and not the shape; with alternatives, in at least one of them."""
    if error.validator in ("anyOf", "oneOf"):
        return any(typed_by_people(each) for each in error.context or ())
    return error.validator in TYPED_BY_PEOPLE


def check_answer(operation: Operation, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Raise `Drift` for a response that the operation does not describe."""
    media_type = headers.get("content-type", "").partition(";")[0]
    schema = operation.answer_schema(status, media_type)
    if schema is None or not media_type.endswith("json"):
        return
    answer = json.loads(body)
    if media_type == PROBLEM:
        schema = _problem_schema(operation, answer)
        if answer.get("status") != status:
            raise Drift(f"{operation}: the problem says {answer.get('status')}, the answer {status}")
    for error in errors(operation.service, schema, answer):
        raise Drift(f"{operation} answers {status}: {error.json_path}: {error.message}")


def _problem_schema(operation: Operation, answer: Any) -> Mapping[str, Any]:
    """The schema of the problem that the response's type names, which gives clearer errors than all alternatives."""
    known = document(operation.service)["components"]["schemas"]["Problem"]["discriminator"]["mapping"]
    if answer.get("type") not in known:
        raise Drift(f"{operation}: {operation.service} has no problem {answer.get('type')}")
    return {"$ref": known[answer["type"]]}

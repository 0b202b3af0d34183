"""Each service's OpenAPI document, and whether requests and responses match it."""

import importlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from deploy.serving.openapi import DocumentedAPI

SERVICES = ("identity", "billing", "provisioning", "notifications", "audit")
PROBLEM = "application/problem+json"
TYPED_BY_PEOPLE = {"format", "pattern", "minLength", "maxLength", "minimum", "maximum", "enum", "const"}
"""Constraints that a person's entry in a form may violate, so that the service refuses it. Any other violation is a
fault of the calling code."""


class Drift(AssertionError):
    """A request or a response does not match the OpenAPI document."""


@cache
def document(service: str) -> dict[str, Any]:
    """The document of the service, without starting it."""
    return DocumentedAPI(service, importlib.import_module(f"services.{service}.app").service.routers).openapi()


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
        """The status of a success, the usual one where there are several."""
        return min(int(status) for status in self.described["responses"] if int(status) < 400)

    @property
    def refusals(self) -> dict[int, list[str]]:
        """The types of the problems that a refusal may have, by status."""
        responses = self.described["responses"].items()
        found = {int(status): said["content"][PROBLEM]["schema"] for status, said in responses if int(status) >= 400}
        return {status: list(self._kinds(schema)) for status, schema in found.items()}

    def _kinds(self, schema: Mapping[str, Any]) -> Iterator[str]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            yield document(self.service)["components"]["schemas"][name]["properties"]["type"]["const"]
        else:
            yield from schema["properties"]["type"]["enum"]

    def answer_schema(self, status: int, media_type: str) -> Mapping[str, Any] | None:
        """The schema of a body with this media type; None if the response has no body."""
        response = self.described["responses"].get(str(status))
        if response is None:
            raise Drift(f"{self} does not answer {status}")
        content = response.get("content", {})
        if not content and not media_type:
            return None
        if media_type not in content:
            raise Drift(f"{self} answers {status} with {list(content)}, not with {media_type or 'nothing'}")
        found: Mapping[str, Any] = content[media_type]["schema"]
        return found

    def body_types(self) -> Collection[str]:
        """The media types that it takes; a file has no schema."""
        found: Mapping[str, Any] = self.described.get("requestBody", {}).get("content", {})
        return found

    def body_schema(self) -> Mapping[str, Any] | None:
        content = self.described.get("requestBody", {}).get("content", {})
        found: Mapping[str, Any] | None = (
            content["application/json"]["schema"] if "application/json" in (content or {}) else None
        )
        return found


def operations(service: str) -> list[Operation]:
    paths: dict[str, dict[str, Any]] = document(service)["paths"]
    return [Operation(service, method.upper(), path, ()) for path, item in paths.items() for method in item]


def operation_at(method: str, url_path: str) -> Operation:
    """The operation that a request reaches. Raises `Drift` if there is none."""
    found = find_operation(method, url_path)
    if found is None:
        raise Drift(f"{method} {url_path} is no operation of a service")
    return found


def find_operation(method: str, url_path: str) -> Operation | None:
    """The operation that a request reaches, or None. Paths without parameters take precedence."""
    service = next(iter(url_path.split("/")[2:]), "")
    for operation, pattern in _patterns(service) if service in SERVICES else ():
        found = pattern.fullmatch(url_path)
        if found and operation.method == method:
            return Operation(service, method, operation.path, tuple(map(unquote, found.groups())))
    return None


@cache
def _patterns(service: str) -> list[tuple[Operation, re.Pattern[str]]]:
    """Compiled once: they are more than `re` remembers."""
    known = sorted(operations(service), key=lambda each: each.path.count("{"))
    return [(each, re.compile(re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(each.path)))) for each in known]


@cache
def _compiled(service: str, schema: str) -> jsonschema_rs.Draft202012Validator:
    whole = {**json.loads(schema), "components": document(service)["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def errors(service: str, schema: Mapping[str, Any], value: Any) -> Iterator[ValidationError]:
    """Nearly all values are valid, which a compiled validator says in a hundredth of the time. The other one says what
    is wrong, and where."""
    if _compiled(service, json.dumps(schema)).is_valid(value):
        return
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
    asked: dict[str, Any] = parse_qs(urlsplit(url).query, keep_blank_values=True)
    described = operation.inputs("query")
    if unknown := asked.keys() - described.keys():
        raise Drift(f"{operation} takes no {sorted(unknown)} in the query")
    asked = {name: found if _is_list(described[name]["schema"]) else found[-1] for name, found in asked.items()}
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


def _is_list(schema: Mapping[str, Any]) -> bool:
    """Whether a parameter may be repeated."""
    return "array" in _types(schema)


def _types(schema: Mapping[str, Any]) -> set[str | None]:
    return {each.get("type") for each in schema.get("anyOf", [schema])}


def _as_typed(schema: Mapping[str, Any], text: Any) -> Any:
    """A parameter's text, converted to the type in its schema. The texts of a list stay as they are."""
    types = _types(schema)
    if isinstance(text, list):
        return text
    if "boolean" in types:
        return {"true": True, "false": False}.get(text, text)
    return int(text) if "integer" in types and re.fullmatch(r"-?\d+", text) else text


def _body_errors(operation: Operation, body: bytes) -> Iterator[ValidationError]:
    if "application/octet-stream" in operation.body_types():
        return
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
    said = headers.get("content-type", "").partition(";")[0]
    media_type = said if body or status == 200 else ""  # a file may be empty; FastAPI's 204 names one, too
    schema = operation.answer_schema(status, media_type)
    if schema is None or not media_type.endswith("json"):
        return
    answer = json.loads(body)
    if media_type == PROBLEM:
        schema = _problem_schema(operation, status, answer)
    for error in errors(operation.service, schema, answer):
        raise Drift(f"{operation} answers {status}: {error.json_path}: {error.message}")


def _problem_schema(operation: Operation, status: int, answer: Any) -> Mapping[str, Any]:
    """The schema of the problem that the response's type names, which gives clearer errors than all alternatives."""
    if answer.get("type") not in operation.refusals[status]:
        raise Drift(f"{operation} does not answer {status} with {answer.get('type')}")
    known = document(operation.service)["components"]["schemas"]["Problem"]["discriminator"]["mapping"]
    return {"$ref": known[answer["type"]]}

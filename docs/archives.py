"""What archive.md says: the files of an archive of a workspace, from the lists and the APIs' documents."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deploy.serving.openapi import DocumentedAPI
from shared.app import ServiceDefinition
from shared.exports import ArchiveFile, ExportList

HEAD = """
# Archives

An admin downloads all data of a workspace as one ZIP file: *Settings > Data*. This page is for whoever writes a program
that reads it. Why it is built like this: [decision 89](decisions/0089-archives.md).

- `README.txt` says the same for people, in their language: of which company, when, each file and its columns.
- `<service>/<name>.jsonl` are JSON Lines: a JSON object per line, in UTF-8. An empty file is an empty list. A file is
  there if its list exists for the kind of workspace.
- `billing/invoices/<number>.pdf` and `billing/documents/<day added> <title>.pdf` are the PDFs of the newest 2,000
  invoices and of the newest 2,000 documents. In names, `-` stands for what is no letter, digit, `_`, `.`, `-` or blank;
  if names are equal, later ones end in ` (2)`, ` (3)` and so on.
- `missing.txt` is there if PDFs could not be had. Below a line of text and an empty one it has the path of each.

Times are in UTC and ISO 8601, ending in `Z`. Days are `YYYY-MM-DD`. Members that end in `_minor` are amounts: whole
numbers in the minor unit of the currency beside them. Ids are UUIDs and the same in all files: the `invoice_id` of a
payment is the `id` of an invoice. Members may be added; none is taken away, and none changes its meaning.

Lists are read one after the other: an archive is no snapshot. Secrets, such as licence keys and credentials, are never
in it, nor are data of other workspaces: of the customers of a partner it has what the partner's own lists say of them.

An archive that can be unpacked is whole: one that broke off has no directory at its end.

The lists can be had without the portal, by an admin in their own name with the permission `workspace.export`:
`POST /api/<service>/exports/batches`, `GET /api/<service>/exports/batches` until all files are `done`, then
`GET /api/<service>/exports/{id}/file` for each.
"""
TABLE = ("| member | type | meaning |", "|---|---|---|")
SERVICES = ("billing", "provisioning", "identity", "audit")


def archive(services: Sequence[ServiceDefinition]) -> str:
    lines = [HEAD.strip()]
    for service in sorted((each for each in services if each.exports), key=lambda each: SERVICES.index(each.name)):
        assert service.exports
        document = DocumentedAPI(service.name, service.routers).openapi()
        for each in service.exports.lists:
            lines += [line for file in each.archived for line in _file(service.name, document, each, file)]
    return "\n".join(lines) + "\n"


def _file(service: str, document: Mapping[str, Any], listed: ExportList[Any], file: ArchiveFile) -> Iterator[str]:
    asked = "&".join(f"{name}={value}" for name, value in file.filters.items())
    source = f"`GET /api/{service}/{listed.name}{f'?{asked}' if asked else ''}`"
    yield from ("", f"## {service}/{file.name}.jsonl", "")
    yield f"{file.meaning} As {source} lists them, with the permission `{listed.permission}`."
    if listed.archived[0] is not file:
        yield f"Its members are those of `{service}/{listed.archived[0].name}.jsonl`."
        return
    yield from ("", *TABLE)
    titles = {column.path: column.title for column in listed.columns}
    for name, member in _item(document, f"/api/{service}/{listed.name}")["properties"].items():
        said = " ".join(member.get("description", "").replace("``", "`").split()) or titles.get(name, "")
        yield f"| `{name}` | {_type(document, member)} | {said.replace('|', chr(92) + '|')} |"


def _item(document: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """The schema of a row of the list."""
    content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    answer = _resolved(document, content["schema"])
    rows = answer["properties"]["items"] if "properties" in answer else answer
    return _resolved(document, rows["items"])


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _type(document: Mapping[str, Any], member: Mapping[str, Any]) -> str:
    """Of JSON, with the format; alternatives one after the other; enumerations as texts."""
    if options := member.get("anyOf"):
        return " or ".join(dict.fromkeys(_type(document, each) for each in options))
    found = _resolved(document, member)
    if found.get("type") == "array":
        return f"array of {_type(document, found['items'])}"
    if found.get("type") == "object" and found.get("properties"):
        return "object with " + ", ".join(f"`{name}`" for name in found["properties"])
    return str(found.get("format") or found.get("type") or "any")

"""Writes the chart's templates/_environment.tpl, and the names of the settings in its values.schema.json, from
docker-compose.yml, which says what each process is told. A test says when they are stale.

python3 -m deploy.kubernetes.environment
"""

import json
import re
from functools import cache
from typing import Any

import yaml

from deploy.environment import ROOT

CHART = ROOT / "deploy" / "kubernetes" / "portico"
FILE = CHART / "templates" / "_environment.tpl"
SCHEMA = CHART / "values.schema.json"
SAY = "{{/* Written by `python3 -m deploy.kubernetes.environment` from docker-compose.yml: change that file. */}}\n"
SECRET = re.compile(r"\$\{(\w+):\?secret\}")

SECRET_SETTINGS = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "NOTIFICATIONS_BOUNCE_TOKEN",
    "NOTIFICATIONS_DKIM_KEY",
    "PORTICO_SMTP_URL",
    "PROVISIONING_DOWNLOADS_ACCESS_KEY",
    "PROVISIONING_DOWNLOADS_SECRET_KEY",
}
"""What compose hands through from .env although it is secret. All but the mail server may be missing in the Secret."""
REQUIRED = {"PORTICO_SMTP_URL"}
OF_THE_CLUSTER = {
    "PORTICO_PUBLIC_URL": "{{ required \"publicUrl: where people reach the portal\" .Values.publicUrl | quote }}",
    "PORTICO_TRUSTED_PROXIES": "{{ join \",\" .Values.trustedProxies | quote }}",
}  # fmt: skip
"""What compose makes of its own networks and ports, and the chart of its values."""


@cache
def composed() -> dict[str, dict[str, Any]]:
    """The containers of docker-compose.yml by their names."""
    services: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return services


def processes() -> dict[str, dict[str, Any]]:
    """Those that run all the time: the portal, and each service's API and worker."""
    return {name: each for name, each in composed().items() if each.get("command", [None])[0] == "serve"}


def containers() -> dict[str, dict[str, Any]]:
    """With the jobs, and the containers of the commands and of backups."""
    return processes() | {name: composed()[name] for name in ("migrate", "init", "portico", "backup")}


def handed_through() -> set[str]:
    """Variables that are settings of whoever runs it, and no secrets."""
    told = (each.get("environment", {}) for each in containers().values())
    return {
        name
        for each in told
        for name, value in each.items()
        if value is None and name not in SECRET_SETTINGS and not name.endswith("_PARTITIONS")
    }


def secrets_of(name: str) -> list[str]:
    """The keys of the Secret that a container has to be told, in the order of docker-compose.yml."""
    told = containers()[name].get("environment", {}).items()
    keys = [key for _, value in told for key in SECRET.findall(str(value or ""))]
    return list(dict.fromkeys([*keys, *(variable for variable, _ in told if variable in REQUIRED)]))


def written() -> str:
    return SAY + _arguments() + "".join(_of_container(name) for name in containers())


def schema() -> str:
    """Of the chart's values. Only the names in `settings` are written by this command."""
    found = json.loads(SCHEMA.read_text())
    found["properties"]["settings"]["propertyNames"]["enum"] = sorted(handed_through())
    return json.dumps(found, indent=2) + "\n"


def arguments(name: str) -> list[str]:
    """Of `portico`. Every process listens to all, since the kubelet's probes come from outside of the pod."""
    command: list[str] = composed()[name]["command"]
    return command if "--host" in command or command[0] != "serve" else [*command, "--host", "0.0.0.0"]  # noqa: S104


def _of_container(name: str) -> str:
    told = containers()[name].get("environment", {})
    secrets = secrets_of(name)
    entries = [f'{{{{- include "portico.secret" (list . "{key}") }}}}' for key in secrets]  # the values refer to them
    entries += [_entry(variable, value) for variable, value in told.items() if variable not in secrets]
    return "\n".join(["", f'{{{{- define "portico.environment.{name}" }}}}', *entries, "{{- end }}", ""])


def _arguments() -> str:
    lines = [f"{name}: {json.dumps(arguments(name))}" for name in (*processes(), "migrate")]
    return "\n".join(["", '{{- define "portico.arguments" }}', *lines, "{{- end }}", ""])


def _entry(variable: str, value: Any) -> str:
    if variable in SECRET_SETTINGS:
        return f'{{{{- include "portico.optionalSecret" (list . "{variable}") }}}}'
    if variable.endswith("_PARTITIONS"):
        service = variable.removesuffix("_PARTITIONS").lower()
        return f'{{{{- include "portico.partitions" (list . "{variable}" "{service}") }}}}'
    if value is None:
        return f'{{{{- include "portico.setting" (list . "{variable}") }}}}'
    return f"- name: {variable}\n  value: " + (OF_THE_CLUSTER.get(variable) or f'"{_value(str(value))}"')


def _value(value: str) -> str:
    """A password becomes a variable that Kubernetes puts in; the host names of compose become those of the cluster."""
    value = SECRET.sub(r"$(\1)", value)
    value = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)  # what compose has where .env says nothing
    value = re.sub(r"@postgres/", '@{{ include "portico.postgresql" . }}/', value)
    value = re.sub(r"//postgres:", "//{{ .Values.postgresql.adminUser }}:", value)
    value = re.sub(r"//portico:", "//{{ .Values.rabbitmq.adminUser }}:", value)
    value = re.sub(r"@rabbitmq/", '@{{ include "portico.rabbitmq" . }}/', value)
    value = re.sub(r"http://rabbitmq:15672", '{{ include "portico.rabbitmqManagement" . }}', value)
    value = re.sub(r"http://([a-z]+):8000", r'http://{{ include "portico.fullname" . }}-\1:8000', value)
    assert "${" not in value, f"nobody has said what becomes of {value}"
    return value


if __name__ == "__main__":
    for file, text in ((FILE, written()), (SCHEMA, schema())):
        file.write_text(text)
        print(file.relative_to(ROOT))

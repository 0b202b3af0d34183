"""What the gateway is told, read from its files."""

from typing import Any

import pytest
import yaml

from deploy.environment import ROOT, SERVICES
from shared.bodies import IMAGE_BODY_BYTES

HTTP: dict[str, Any] = yaml.safe_load((ROOT / "deploy/gateway/routes.yml").read_text())["http"]
ROUTERS: dict[str, dict[str, Any]] = {name: each for name, each in HTTP["routers"].items() if name != "mail"}
WRITES_ONLY = " && !Method(`GET`) && !Method(`HEAD`)"


@pytest.mark.parametrize("name", sorted({"portal", *SERVICES}))
def test_a_service_gets_no_larger_body_than_any_endpoint_takes(name: str) -> None:
    path = "/" if name == "portal" else f"/api/{name}/"

    routed = {each["rule"]: each for each in ROUTERS.values() if each["service"] == name}

    reads, writes = f"PathPrefix(`{path}`)", f"PathPrefix(`{path}`){WRITES_ONLY}"
    assert routed.keys() == {reads, writes}
    assert routed[writes]["middlewares"] == ["limit-body"]
    assert HTTP["middlewares"]["limit-body"] == {"buffering": {"maxRequestBodyBytes": IMAGE_BODY_BYTES}}


def test_what_is_read_is_not_buffered_so_that_event_streams_arrive() -> None:
    reading = [each for each in ROUTERS.values() if WRITES_ONLY not in each["rule"]]

    assert len(reading) == 6
    assert [each for each in reading if "middlewares" in each] == []

"""What the gateway is told, read from its files."""

from typing import Any

import pytest
import yaml

from deploy.environment import ROOT, SERVICES
from services.portal.body_limits import LARGER
from shared.bodies import IMAGE_BODY_BYTES, PHOTO_BODY_BYTES, STREAMED

HTTP: dict[str, Any] = yaml.safe_load((ROOT / "deploy/gateway/routes.yml").read_text())["http"]
ROUTERS: dict[str, dict[str, Any]] = {name: each for name, each in HTTP["routers"].items() if name != "mail"}
WRITES_ONLY = " && !Method(`GET`) && !Method(`HEAD`)"
PHOTOS = {
    "portal": f"PathRegexp(`^/(w|provider)/[^/]+/manual-tasks/`){WRITES_ONLY}",
    "provisioning": f"PathPrefix(`/api/provisioning/manual-tasks/`){WRITES_ONLY}",
}
UPLOADS = {
    "portal": f"PathRegexp(`^/provider/[^/]+/products/[^/]+/releases/[^/]+/files$`){WRITES_ONLY}",
    "provisioning": f"PathRegexp(`^/api/provisioning/releases/[^/]+/files/`){WRITES_ONLY}",
}
DOCUMENTS = {
    "portal": f"PathRegexp(`^/provider/[^/]+/customers/[^/]+/documents`){WRITES_ONLY}",
    "billing": f"PathPrefix(`/api/billing/documents/of-customers/`){WRITES_ONLY}",
}
FORM = 4096
"""What a form may add to its file."""


@pytest.mark.parametrize("name", sorted({"portal", *SERVICES}))
def test_a_service_gets_no_larger_body_than_any_endpoint_takes(name: str) -> None:
    path = "/" if name == "portal" else f"/api/{name}/"

    routed = {
        each["rule"]: each
        for each in ROUTERS.values()
        if each["service"] in (f"{name}@http", f"{name}-writes@http", f"{name}-uploads@http")
    }
    for larger in (PHOTOS, DOCUMENTS, UPLOADS):
        routed.pop(larger.get(name, ""), None)

    reads, writes = f"PathPrefix(`{path}`)", f"PathPrefix(`{path}`){WRITES_ONLY}"
    assert routed.keys() == {reads, writes}
    assert routed[writes]["middlewares"] == ["limit-body"]
    assert (routed[reads]["service"], routed[writes]["service"]) == (f"{name}@http", f"{name}-writes@http")
    assert HTTP["middlewares"]["limit-body"] == {"buffering": {"maxRequestBodyBytes": IMAGE_BODY_BYTES}}


@pytest.mark.parametrize(("name", "rule"), [*PHOTOS.items(), *DOCUMENTS.items()])
def test_photos_and_documents_alone_may_be_larger(name: str, rule: str) -> None:
    [photos] = [each for each in ROUTERS.values() if each["rule"] == rule]

    most = PHOTO_BODY_BYTES + FORM
    limit = {"buffering": {"maxRequestBodyBytes": most, "memRequestBodyBytes": most}}
    assert (photos["service"], photos["middlewares"]) == (f"{name}-writes@http", ["limit-photo"])
    assert HTTP["middlewares"]["limit-photo"] == limit
    assert [each["service"] for each in ROUTERS.values() if each.get("middlewares") == ["limit-photo"]] == [
        f"{name}-writes@http" for name in (*PHOTOS, *DOCUMENTS)
    ]


@pytest.mark.parametrize("name", UPLOADS)
def test_files_of_releases_alone_are_passed_on_as_they_come(name: str) -> None:
    [uploads] = [each for each in ROUTERS.values() if each["rule"] == UPLOADS[name]]
    streamed = [path for path, limit in LARGER.items() if limit == STREAMED]

    assert (uploads["service"], uploads.get("middlewares")) == (f"{name}-uploads@http", None)
    assert [path for path in streamed if path.removesuffix("$") in uploads["rule"]], "the portal streams it, too"


def test_what_is_read_is_not_buffered_so_that_event_streams_arrive() -> None:
    reading = [each for each in ROUTERS.values() if WRITES_ONLY not in each["rule"]]

    assert len(reading) == 6
    assert [each for each in reading if "middlewares" in each] == []

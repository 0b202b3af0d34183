"""What the samples of mails about licences tell."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.notifications.topics import Topic
from shared.events import Event
from shared.events.provisioning import LicenceIssued, LicenceReinstated, LicenceRevoked, LicenceRotated


def licence_events(about: Mapping[str, Any], id_: UUID) -> dict[Topic, Event]:
    """``about``: the envelope of an event of the customer."""
    licence: dict[str, Any] = {
        **about, "licence_id": id_, "service_id": id_, "display_name": "Harbour Gateway, Hamburg", "product_id": id_,
        "product_name": "Harbour Gateway", "state": "valid", "generation": 2, "quantity": 3,
        "maintenance_until": date(2027, 11, 30),
    }  # fmt: skip
    return {
        Topic.licence_issued: LicenceIssued(**licence),
        Topic.licence_rotated: LicenceRotated(**licence),
        Topic.licence_revoked: LicenceRevoked(**licence | {"state": "revoked"}, reason="The contract was not signed."),
        Topic.licence_reinstated: LicenceReinstated(**licence),
    }

"""What a licence's key and its events say."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson

from services.provisioning.licences.models import Licence
from services.provisioning.licences.signing import SigningKeys, sign
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service

DAY = timedelta(days=1)
LONGEST_TEXT = 100
MOST_CONFIGURATION = 4_000
"""Characters of a text of the configuration, and bytes of all of it, in a key: people paste keys."""


def key_of(licence: Licence, service: Service, product: Product, company: str, keys: SigningKeys) -> str:
    """The key of a licence that knows which key signs it."""
    assert licence.signing_key_id, "the key that signs it is chosen when it is first shown"
    claims = {
        "licence": str(licence.id),
        "generation": licence.generation,
        "workspace": str(licence.workspace_id),
        "product": product.key,
        "product_name": product.display_name,
        "company": company,
        "quantity": service.quantity,
        "configuration": configuration_of(service.configuration),
        "issued_on": licence.issued_at.date().isoformat(),
        "maintenance_until": licence.maintenance_until and licence.maintenance_until.isoformat(),
        "valid_until": service.ends_on and (service.ends_on - DAY).isoformat(),
    }
    return sign(keys, "licence", claims, key_id=licence.signing_key_id)


def configuration_of(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is too long for a key: long texts, and the last fields of very many."""
    kept: dict[str, Any] = {}
    for name, value in configuration.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            continue
        if len(orjson.dumps(kept | {name: value})) > MOST_CONFIGURATION:
            break
        kept[name] = value
    return kept


def standing_of(licence: Licence, service: Service, product: Product) -> dict[str, Any]:
    """The members of every `LicenceEvent`."""
    return {
        "workspace_id": licence.workspace_id,
        "subject_version": licence.version,
        "licence_id": licence.id,
        "service_id": service.id,
        "bill_group_id": service.bill_group_id,
        "display_name": service.display_name,
        "product_id": product.id,
        "product_name": product.display_name,
        "state": licence.state,
        "generation": licence.generation,
        "quantity": service.quantity,
        "maintenance_until": licence.maintenance_until,
    }

"""Licences of the matrix, each with a machine that uses it."""

from uuid import uuid4

from sqlalchemy import text

from services.provisioning.licences.activating import fingerprint_digest
from tests.authorisation.installation import Installation

LICENCE = """
INSERT INTO licences (id, workspace_id, service_id, product_id, bill_group_id, location_id, issued_at, generation,
                      version)
SELECT :id, workspace_id, id, product_id, bill_group_id, location_id, now(), 1, 1 FROM services WHERE id = :service
"""
MACHINE = """
INSERT INTO licence_activations (id, workspace_id, licence_id, fingerprint_digest, machine_name, activated_at,
                                 renewed_at)
SELECT gen_random_uuid(), workspace_id, id, :digest, 'build-1', now(), now() FROM licences WHERE id = :id
"""
FINGERPRINT = "a-fingerprint-of-the-matrix"


async def issue_licences(installation: Installation) -> None:
    """Of each service that works, whatever its kind: whose a licence is follows from its service."""
    provisioning = installation["provisioning"]
    for service in await provisioning.rows("SELECT id FROM services WHERE state = 'active' AND kind <> 'asset'"):
        id_ = uuid4()
        async with provisioning.database.owner.begin() as session:
            await session.execute(text(LICENCE), {"id": id_, "service": service["id"]})
            await session.execute(text(MACHINE), {"id": id_, "digest": fingerprint_digest(id_, FINGERPRINT)})

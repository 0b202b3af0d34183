"""Resets of credentials that have succeeded, whose new ones nobody has looked at."""

from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import text

from services.provisioning.credentials.sealing import seal
from services.provisioning.drivers.port import Credential
from services.provisioning.drivers.texts import Text
from tests.authorisation.installation import Installation
from tests.authorisation.tree import Tree
from tests.harness.services import SETTINGS

BEGUN = """
INSERT INTO operations (id, workspace_id, service_id, verb, state, version, step, steps, message, message_values,
                        started_at, ended_at, due_at, tries, begun_by, begun_by_address, begun_via, correlation_id)
VALUES (:id, :here, :service, 'reset_credentials', 'succeeded', 3, 1, 1, '', '{}', now(), now(), NULL, 0, :by, :address,
        'self', gen_random_uuid())
"""
STEP = """
INSERT INTO operation_steps (operation_id, n, workspace_id, title, state, detail, detail_values)
VALUES (:id, 1, :here, 'Make new credentials', 'done', '', '{}')
"""
SEALED = """
INSERT INTO sealed_credentials (operation_id, workspace_id, sealed, made_at) VALUES (:id, :here, :sealed, now())
"""


async def reset_credentials(installation: Installation, tree: Tree, workspace: str) -> None:
    """Of each active service, by the workspace's admin."""
    admin, provisioning = tree.person(workspace, "admin"), installation["provisioning"]
    who = {"here": tree.ids[workspace], "by": await admin.user_id(), "address": admin.address}
    query = "SELECT id FROM services WHERE workspace_id = :here AND state = 'active'"
    for service in await provisioning.rows(query, here=who["here"]):
        id_ = uuid4()
        sealed = seal(SecretStr(SETTINGS["secret_keys"]), id_, [Credential(Text("Password"), "made-up")])
        values = who | {"id": id_, "service": service["id"], "sealed": sealed}
        async with provisioning.database.owner.begin() as session:
            for statement in (BEGUN, STEP, SEALED):
                used = {name: value for name, value in values.items() if f":{name}" in statement}
                await session.execute(text(statement), used)

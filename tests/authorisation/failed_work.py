"""Work that has failed and that nobody ordered."""

from uuid import uuid4

from sqlalchemy import text

from tests.authorisation.installation import Installation
from tests.authorisation.tree import Tree

FAILED = """
INSERT INTO operations (id, workspace_id, service_id, verb, state, version, step, steps, message, message_values,
                        started_at, ended_at, due_at, tries, begun_by, begun_by_address, begun_via, correlation_id)
SELECT gen_random_uuid(), workspace_id, id, 'diagnose', 'failed', 3, 1, 1, 'It did not answer.', '{}', now(), now(),
       NULL, 0, :by, :address, 'self', :correlation_id
FROM services WHERE workspace_id = :here AND state = 'active'
"""


async def fail_to_diagnose(installation: Installation, tree: Tree, workspace: str) -> None:
    """Each active service, for the workspace's admin."""
    admin = tree.person(workspace, "admin")
    values = {"here": tree.ids[workspace], "by": await admin.user_id(), "address": admin.address}
    async with installation["provisioning"].database.owner.begin() as session:
        await session.execute(text(FAILED), values | {"correlation_id": uuid4()})

"""What everybody has tried without being allowed to, in each service. Requests of the matrix leave nothing."""

from uuid import uuid4

from sqlalchemy import text

from tests.authorisation.installation import Installation

TRIED = """
INSERT INTO refused_attempts (workspace_id, user_id, operation, permission, told_at, told, correlation_id, begun_via)
SELECT DISTINCT workspace_id, user_id, 'POST /api/plans', 'plan.edit', now(), 1, CAST(:correlation_id AS uuid), 'self'
FROM {grants}
"""


async def try_in_vain(installation: Installation) -> None:
    for name, site in installation.sites.items():
        grants = "grants" if name == "identity" else "access_grants"
        async with site.database.owner.begin() as session:
            await session.execute(text(TRIED.format(grants=grants)), {"correlation_id": uuid4()})

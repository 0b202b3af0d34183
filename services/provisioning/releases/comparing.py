"""Whether the store has what customers can download."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.releases.store import Store
from shared.files import NoSuchFile

AT_ONCE = 20
_FILES = text("""
SELECT f.key, f.size, f.name, r.version FROM release_files f JOIN releases r ON r.id = f.release_id
 WHERE r.state = 'published' AND f.state = 'ready' ORDER BY r.released_on DESC, f.name LIMIT 1000
""")


async def compare_files(session: AsyncSession, store: Store) -> list[str]:
    """One line per file of the newest published releases, up to 1,000, that the store lacks or has in another size.
    Their contents are not read."""
    places = asyncio.Semaphore(AT_ONCE)

    async def differs(key: str, size: int) -> bool:
        async with places:
            try:
                return await store.size(key) != size
            except NoSuchFile:
                return True

    files = (await session.execute(_FILES)).all()
    try:
        found = await asyncio.gather(*(differs(file.key, file.size) for file in files))
    except OSError as error:
        return [f"the store of downloads does not answer: {error}"]
    return [
        f"file {file.name} of release {file.version} is not in the store, or has another size"
        for file, wrong in zip(files, found, strict=True)
        if wrong
    ]

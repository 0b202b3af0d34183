"""Releases of products of which the customers of the matrix have services: each product has one service, at another
place, so that who sees the service can download its release, and nobody else."""

from uuid import UUID

from services.provisioning.jobs import advance_operations
from tests.authorisation.business import Business
from tests.authorisation.callers import CUSTOMER, HELD, PROVIDER

RELEASES = "provisioning/releases"
FILE, PLACED = "agent-1.0.zip", "image.img"


async def release_products(business: Business, location: UUID) -> None:
    """A published release of each product; and drafts of the last one, with a file and without."""
    first = {workspace: (await business.groups(workspace))[0] for workspace in (CUSTOMER, HELD)}
    second = (await business.groups(CUSTOMER))[1]
    places = ((CUSTOMER, first[CUSTOMER], None), (CUSTOMER, second, None), (CUSTOMER, second, location),
              (HELD, first[HELD], None))  # fmt: skip
    products = [await business.publish(f"agent-{n}", display_name=f"Agent {n}") for n in range(len(places))]
    await business.installation.carry()
    for product, (workspace, group, at) in zip(products, places, strict=True):
        await business.order(workspace, product, group, location=at)
    await business.installation.carry()
    await business.installation["provisioning"].work(advance_operations)
    await business.installation.carry()
    incoming = business.installation["provisioning"].runtime.settings.files_dir / "downloads" / "incoming"
    incoming.mkdir(parents=True)
    (incoming / PLACED).write_bytes(b"an image")
    admin = business.tree.person(PROVIDER, "admin")
    for product in products:
        release = await _draft(business, product["product_id"], "1.0")
        await business.ask(admin, "POST", f"{RELEASES}/{release}/publish")
    await _draft(business, products[-1]["product_id"], "2.0")
    for workspace in (CUSTOMER, HELD):
        await _download(business, workspace)


async def _draft(business: Business, product_id: str, version: str) -> str:
    admin = business.tree.person(PROVIDER, "admin")
    body = {"product_id": product_id, "version": version, "released_on": "2026-01-15"}
    release = (await business.ask(admin, "POST", RELEASES, body)).json()["id"]
    headers = {"Authorization": f"Bearer {(await admin.token())['access_token']}"}
    http = business.installation["provisioning"].http
    added = await http.put(f"/api/{RELEASES}/{release}/files/{FILE}", content=b"an agent", headers=headers)
    assert added.is_success, added.text
    return str(release)


async def _download(business: Business, workspace: str) -> None:
    """Whatever the admin finds first."""
    admin = business.tree.person(workspace, "admin")
    [product, *_] = (await business.ask(admin, "GET", "provisioning/downloads/products")).json()["items"]
    releases = await business.ask(admin, "GET", f"provisioning/downloads/products/{product['key']}/releases")
    file = releases.json()["items"][0]["files"][0]
    link = (await business.ask(admin, "POST", "provisioning/downloads", {"file_id": file["id"]})).json()["path"]
    assert (await business.installation["provisioning"].http.get(link)).content == b"an agent"

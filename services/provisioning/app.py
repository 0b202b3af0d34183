from services.provisioning import state_jobs  # noqa: F401 - registers its jobs
from services.provisioning.acknowledgements.endpoints import router as acknowledgements
from services.provisioning.activations.endpoints import router as activations
from services.provisioning.add_ons.endpoints import router as add_ons
from services.provisioning.all_orders.endpoints import router as all_orders
from services.provisioning.asset_imports.endpoints import router as asset_imports
from services.provisioning.assets.endpoints import router as assets
from services.provisioning.cancellations.endpoints import router as cancellations
from services.provisioning.catalogue.endpoints import router as catalogue
from services.provisioning.changes.endpoints import router as changes
from services.provisioning.credentials.endpoints import router as credentials
from services.provisioning.customer_orders.endpoints import router as customer_orders
from services.provisioning.customers.endpoints import router as customers
from services.provisioning.downloads.endpoints import router as downloads
from services.provisioning.drivers.endpoints import router as drivers
from services.provisioning.exports.lists import EXPORTS
from services.provisioning.failed_orders.endpoints import router as failed_orders
from services.provisioning.failed_work.endpoints import router as failed_work
from services.provisioning.handlers import router as events
from services.provisioning.hosts.endpoints import router as hosts
from services.provisioning.jobs import jobs
from services.provisioning.licence_checks.endpoints import router as licence_checks
from services.provisioning.licence_keys.endpoints import router as licence_keys
from services.provisioning.licence_revocations.endpoints import router as licence_revocations
from services.provisioning.licences.endpoints import router as licences
from services.provisioning.locations.endpoints import router as locations
from services.provisioning.manual_tasks.endpoints import router as manual_tasks
from services.provisioning.operations.endpoints import router as operations
from services.provisioning.order_checks.endpoints import router as order_checks
from services.provisioning.orders.endpoints import router as orders
from services.provisioning.own_accounts.endpoints import router as own_accounts
from services.provisioning.own_data.endpoints import router as own_data
from services.provisioning.parts.endpoints import router as parts
from services.provisioning.placements.endpoints import router as placements
from services.provisioning.product_checks.endpoints import router as product_checks
from services.provisioning.products.endpoints import router as products
from services.provisioning.releases.endpoints import router as releases
from services.provisioning.renewals.endpoints import router as renewals
from services.provisioning.services.endpoints import router as services
from services.provisioning.settings import Settings
from services.provisioning.site_offers.endpoints import router as site_offers
from services.provisioning.sites.endpoints import router as sites
from services.provisioning.suspensions.endpoints import router as suspensions
from shared.app import ServiceDefinition
from shared.bodies import IMAGE_BODY_BYTES, LARGE_BODY_BYTES, PHOTO_BODY_BYTES, STREAMED
from shared.events.provisioning import AttemptRefused
from shared.exports.endpoints import exports_router

service = ServiceDefinition(
    "provisioning", Settings,
    routers=[
        products, catalogue, product_checks, drivers, orders, order_checks, failed_orders, services, operations,
        credentials, changes, cancellations, add_ons, renewals, suspensions, all_orders, customer_orders,
        acknowledgements, failed_work, sites, hosts, placements, site_offers, parts, locations, assets,
        manual_tasks, asset_imports, licences, activations, licence_checks, licence_keys, licence_revocations,
        releases, downloads,
        customers, own_accounts, own_data, exports_router("provisioning"),
    ],
    events=events, jobs=jobs, exports=EXPORTS, attempts=AttemptRefused,
    large_bodies={
        "/api/provisioning/product(s|-checks)": LARGE_BODY_BYTES,  # two documents of `LARGEST_DOCUMENT` characters
        "/api/provisioning/(customers/[^/]+/)?locations/import": IMAGE_BODY_BYTES,  # 1,000 rows
        "/api/provisioning/asset-imports/": IMAGE_BODY_BYTES,  # 200 rows
        "/api/provisioning/manual-tasks/[^/]+/photo": PHOTO_BODY_BYTES,
        "/api/provisioning/releases/[^/]+/files/": STREAMED,  # which the endpoint limits
    },
)  # fmt: skip

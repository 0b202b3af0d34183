from services.provisioning import state_jobs  # noqa: F401 - registers its jobs
from services.provisioning.acknowledgements.endpoints import router as acknowledgements
from services.provisioning.all_orders.endpoints import router as all_orders
from services.provisioning.cancellations.endpoints import router as cancellations
from services.provisioning.catalogue.endpoints import router as catalogue
from services.provisioning.changes.endpoints import router as changes
from services.provisioning.credentials.endpoints import router as credentials
from services.provisioning.drivers.endpoints import router as drivers
from services.provisioning.exports.lists import EXPORTS
from services.provisioning.failed_orders.endpoints import router as failed_orders
from services.provisioning.failed_work.endpoints import router as failed_work
from services.provisioning.handlers import router as events
from services.provisioning.hosts.endpoints import router as hosts
from services.provisioning.jobs import jobs
from services.provisioning.operations.endpoints import router as operations
from services.provisioning.order_checks.endpoints import router as order_checks
from services.provisioning.orders.endpoints import router as orders
from services.provisioning.parts.endpoints import router as parts
from services.provisioning.placements.endpoints import router as placements
from services.provisioning.product_checks.endpoints import router as product_checks
from services.provisioning.products.endpoints import router as products
from services.provisioning.renewals.endpoints import router as renewals
from services.provisioning.services.endpoints import router as services
from services.provisioning.settings import Settings
from services.provisioning.site_offers.endpoints import router as site_offers
from services.provisioning.sites.endpoints import router as sites
from services.provisioning.suspensions.endpoints import router as suspensions
from shared.app import ServiceDefinition
from shared.bodies import LARGE_BODY_BYTES
from shared.events.provisioning import AttemptRefused
from shared.exports.endpoints import exports_router

service = ServiceDefinition(
    "provisioning", Settings,
    routers=[
        products, catalogue, product_checks, drivers, orders, order_checks, failed_orders, services, operations,
        credentials, changes, cancellations, renewals, suspensions, all_orders, acknowledgements, failed_work, sites,
        hosts, placements, site_offers, parts, exports_router("provisioning"),
    ],
    events=events, jobs=jobs, exports=EXPORTS, attempts=AttemptRefused,
    large_bodies={  # two documents of `LARGEST_DOCUMENT` characters
        "/api/provisioning/products": LARGE_BODY_BYTES,
        "/api/provisioning/product-checks": LARGE_BODY_BYTES,
    },
)  # fmt: skip

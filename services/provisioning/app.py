from services.provisioning.failed_orders.endpoints import router as failed_orders
from services.provisioning.handlers import router as events
from services.provisioning.jobs import jobs
from services.provisioning.orders.endpoints import router as orders
from services.provisioning.products.endpoints import router as products
from services.provisioning.services.endpoints import router as services
from services.provisioning.settings import Settings
from shared.app import ServiceDefinition
from shared.bodies import LARGE_BODY_BYTES

service = ServiceDefinition(
    "provisioning", Settings, routers=[products, orders, failed_orders, services], events=events, jobs=jobs,
    large_bodies={"/api/provisioning/products": LARGE_BODY_BYTES},  # two documents of `LARGEST_DOCUMENT` characters
)  # fmt: skip

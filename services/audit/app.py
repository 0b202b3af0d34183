from services.audit.entries.endpoints import router as entries
from services.audit.exports.lists import EXPORTS
from services.audit.handlers import router as events
from services.audit.jobs import jobs
from services.audit.own_data.endpoints import router as own_data
from services.audit.settings import Settings
from services.audit.visits.endpoints import router as visits
from shared.app import ServiceDefinition
from shared.events.audit import AttemptRefused
from shared.exports.endpoints import exports_router

service = ServiceDefinition(
    "audit",
    Settings,
    routers=[entries, visits, own_data, exports_router("audit")],
    events=events,
    jobs=jobs,
    exports=EXPORTS,
    attempts=AttemptRefused,
)

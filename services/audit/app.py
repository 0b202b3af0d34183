from services.audit.entries.endpoints import router as entries
from services.audit.handlers import router as events
from services.audit.jobs import jobs
from services.audit.settings import Settings
from shared.app import ServiceDefinition

service = ServiceDefinition("audit", Settings, routers=[entries], events=events, jobs=jobs)

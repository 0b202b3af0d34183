from services.notifications.handlers import router as events
from services.notifications.jobs import jobs
from services.notifications.settings import Settings
from shared.app import ServiceDefinition

service = ServiceDefinition("notifications", Settings, events=events, jobs=jobs)

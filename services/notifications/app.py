from services.notifications.handlers import router as events
from services.notifications.jobs import jobs
from services.notifications.settings import Settings
from shared.app import Service

service = Service("notifications", Settings, events=events, jobs=jobs)

from services.notifications.handlers import handlers
from services.notifications.jobs import jobs
from services.notifications.settings import Settings
from shared.app import Service

service = Service("notifications", Settings, handlers=handlers, jobs=jobs)

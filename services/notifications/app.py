from services.notifications.jobs import jobs
from services.notifications.mail_samples.endpoints import router as mail_samples
from services.notifications.order_handlers import router as events
from services.notifications.settings import Settings
from services.notifications.undelivered_mails.endpoints import router as undelivered_mails
from shared.app import ServiceDefinition
from shared.events.notifications import AttemptRefused

service = ServiceDefinition(
    "notifications",
    Settings,
    routers=[mail_samples, undelivered_mails],
    events=events,
    jobs=jobs,
    attempts=AttemptRefused,
)

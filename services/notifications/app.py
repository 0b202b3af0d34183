from services.notifications.bounces.endpoints import router as bounces
from services.notifications.bounces.reports import LARGEST
from services.notifications.campaign_handlers import router as events
from services.notifications.campaigns.endpoints import router as campaigns
from services.notifications.jobs import jobs
from services.notifications.mail_samples.endpoints import router as mail_samples
from services.notifications.mail_tests.endpoints import router as mail_tests
from services.notifications.news.endpoints import router as news
from services.notifications.notices.endpoints import router as notices
from services.notifications.own_data.endpoints import router as own_data
from services.notifications.own_mails.endpoints import router as own_mails
from services.notifications.preferences.endpoints import router as preferences
from services.notifications.settings import Settings
from services.notifications.suppressions.endpoints import router as suppressions
from services.notifications.undelivered_mails.endpoints import router as undelivered_mails
from services.notifications.unsubscriptions.endpoints import router as unsubscriptions
from shared.app import ServiceDefinition
from shared.events.notifications import AttemptRefused

service = ServiceDefinition(
    "notifications",
    Settings,
    routers=[
        mail_samples,
        mail_tests,
        undelivered_mails,
        preferences,
        notices,
        own_mails,
        own_data,
        unsubscriptions,
        suppressions,
        bounces,
        campaigns,
        news,
    ],
    events=events,
    jobs=jobs,
    large_bodies={"/api/notifications/bounces": LARGEST},
    attempts=AttemptRefused,
)

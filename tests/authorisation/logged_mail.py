"""What the log says of the operations of notifications."""

from tests.authorisation.logging import DRAFTED, READS, SEEN, Logged, logged

LOGGED_OF_MAIL: dict[str, Logged] = {
    "POST /notifications/own-mails/{mail_id}/again": logged("notifications.message_asked_again"),
    "POST /notifications/unsubscriptions": logged("notifications.contact_preference_changed"),
    "PATCH /notifications/preferences": logged("notifications.preferences_changed"),
    "POST /notifications/campaigns/{campaign_id}/schedule": logged("notifications.campaign_scheduled"),
    "POST /notifications/campaigns/{campaign_id}/take-back": logged("notifications.campaign_taken_back"),
    "POST /notifications/campaigns/{campaign_id}/stop": logged("notifications.campaign_stopped"),
    "POST /notifications/campaigns/{campaign_id}/test": logged("notifications.campaign_tested"),
    "POST /notifications/mail-tests": logged("notifications.mail_test_asked"),
    "POST /notifications/undelivered-mails/{message_id}/retry": logged("notifications.message_retried"),
    "POST /notifications/suppressions/{suppression_id}/release": logged("notifications.address_released"),
    "POST /notifications/suppressions/own/release": logged("notifications.address_released"),
}
UNLOGGED_OF_MAIL = {
    "POST /notifications/unsubscriptions/look": READS,
    "POST /notifications/bounces": "it is a mail server that tells; a worker logs what came back",
    "POST /notifications/campaigns": DRAFTED,
    "PUT /notifications/campaigns/{campaign_id}": DRAFTED,
    "DELETE /notifications/campaigns/{campaign_id}": DRAFTED,
    "POST /notifications/campaigns/preview": READS,
    "POST /notifications/notices/read-all": SEEN,
    "POST /notifications/notices/{notice_id}/read": SEEN,
}

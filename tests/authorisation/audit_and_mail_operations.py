"""The operations of audit and notifications."""

from tests.authorisation import proofs
from tests.authorisation.entries import Entry, Proof, exports_of
from tests.authorisation.holders_operations import IN_PERSON

AUDIT: dict[str, tuple[Entry | Proof, ...]] = {
    **exports_of("audit", "entries"),
    "GET /own-data": (Entry(refusals=IN_PERSON),),
    "GET /entries": (
        Entry(query={"limit": "200", "action": "billing.invoice_issued"}, lists="entries of invoices"),
        Entry(query={"limit": "200", "action": "identity.user_signed_in"}, lists="entries of signing in"),
        Entry("authors", "query.actor_id", hidden=200),
        Entry("subjects", "query.subject_id", hidden=200),
        Entry(query={"limit": "200", "via": "on_behalf"}, lists="entries on behalf"),
    ),
    "GET /entries/{entry_id}": (Entry("entries"),),
    "GET /visits": (Entry(query={"limit": "200"}, lists="past visits"),),
    "GET /visits/{visit_id}": (Entry("past visits"),),
}

TEXTS = {"en": {"title": "Agent 2 is out", "body": "It is **new**."}}
WRITTEN = {"topic": "news_release", "texts": TEXTS, "segment": {"kinds": ["customer"], "sellers": "all"}}
CAMPAIGNS: dict[str, tuple[Entry | Proof, ...]] = {
    "GET /campaigns": (Entry(query={"limit": "200"}, lists="campaigns"),),
    "POST /campaigns": (Entry(body=WRITTEN),),
    "POST /campaigns/preview": (Entry(body={"topic": "news_release", "texts": TEXTS}),),
    "GET /campaigns/{campaign_id}": (Entry("campaigns"),),
    "GET /campaigns/{campaign_id}/preview": (Entry("campaigns"),),
    "GET /campaigns/{campaign_id}/audience": (Entry("campaigns"),),
    "PUT /campaigns/{campaign_id}": (Entry("drafts of news", body=WRITTEN | {"version": 1}),),
    "DELETE /campaigns/{campaign_id}": (Entry("drafts of news"),),
    "POST /campaigns/{campaign_id}/schedule": (Entry("drafts of news", body={"version": 1}),),
    "POST /campaigns/{campaign_id}/take-back": (Entry("scheduled news"),),
    "POST /campaigns/{campaign_id}/stop": (Entry("news that are being sent"),),
    "POST /campaigns/{campaign_id}/test": (Entry("campaigns"),),
    "GET /news/{news_id}": (Entry("news in the portal"),),
}

NOTIFICATIONS: dict[str, tuple[Entry | Proof, ...]] = {
    "GET /own-data": (Entry(refusals=IN_PERSON),),
    "GET /mail-tests": (Entry(),),
    "POST /mail-tests": (Entry(),),
    "GET /undelivered-mails": (Entry(query={"limit": "200"}, lists="undelivered mails"),),
    "POST /undelivered-mails/{message_id}/retry": (Entry("undelivered mails"),),
    "GET /suppressions": (Entry(query={"limit": "200"}, lists="suppressed addresses"),),
    "GET /suppressions/{suppression_id}": (Entry("suppressed addresses"),),
    "POST /suppressions/{suppression_id}/release": (Entry("suppressed addresses"),),
    "GET /suppressions/own": (Entry(),),
    "POST /suppressions/own/release": (Entry(refusals=frozenset({"not-found"})),),
    "POST /bounces": (Proof(proofs.returned_mail, proofs.returned_mail_of_nobody, hidden=401),),
    "GET /preferences": (Entry(),),
    "PATCH /preferences": (
        Entry(body={"switches": [{"topic": "order_approved", "channel": "portal", "wanted": False}]}),
    ),
    "GET /notices": (Entry(query={"limit": "200"}),),
    "GET /notices/unread": (Entry(),),
    "POST /notices/read-all": (Entry(body={"until": "2026-11-22T12:00:00Z"}),),
    "POST /notices/{notice_id}/read": (Entry("notices"),),
    "GET /own-mails": (Entry(query={"limit": "200"}),),
    "POST /own-mails/{mail_id}/again": (Entry("own mails that failed"),),
    "POST /unsubscriptions": (Proof(proofs.unsubscription, proofs.unknown_unsubscription),),
    "POST /unsubscriptions/look": (Proof(proofs.unsubscription, proofs.unknown_unsubscription),),
    **CAMPAIGNS,
    "GET /mail-samples": (Entry(),),
    "GET /mail-samples/{topic}": (Entry(path={"topic": "invoice_issued"}),),
}

"""The operations of audit and notifications."""

from tests.authorisation.entries import Entry, Proof, exports_of

AUDIT: dict[str, tuple[Entry | Proof, ...]] = {
    **exports_of("audit", "entries"),
    "GET /entries": (
        Entry(query={"limit": "200"}, lists="entries"),
        Entry("authors", "query.actor_id", hidden=200),
        Entry("subjects", "query.subject_id", hidden=200),
        Entry(query={"limit": "200", "via": "on_behalf"}, lists="entries on behalf"),
    ),
    "GET /entries/{entry_id}": (Entry("entries"),),
}

NOTIFICATIONS: dict[str, tuple[Entry | Proof, ...]] = {
    "GET /undelivered-mails": (Entry(lists="undelivered mails"),),
    "POST /undelivered-mails/{message_id}/retry": (Entry("undelivered mails"),),
    "GET /mail-samples": (Entry(),),
    "GET /mail-samples/{topic}": (Entry(path={"topic": "invoice_issued"}),),
}

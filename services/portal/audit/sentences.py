"""What each event says, as sentences for people.

An event has one or more sentences, the most telling first: the first one whose values are all known is told, else the
last one without the name. A role that sees no money knows no amounts; ``actor`` is not known where the system acted.
"""

from collections.abc import Mapping

from services.portal.audit.billing_sentences import BILLING, Sentences
from services.portal.audit.by_hand_sentences import BY_HAND
from services.portal.audit.holder_sentences import HOLDERS
from services.portal.audit.licence_sentences import LICENCES
from services.portal.audit.mail_sentences import MAILS
from services.portal.audit.move_sentences import MOVES
from services.portal.audit.news_sentences import NEWS
from services.portal.audit.place_sentences import PLACES
from services.portal.audit.quote_sentences import QUOTES
from services.portal.audit.release_sentences import RELEASES
from shared.language import mark

SENTENCES: Mapping[str, Sentences] = {
    **BILLING,
    **BY_HAND,
    **HOLDERS,
    **LICENCES,
    **MOVES,
    **NEWS,
    **PLACES,
    **QUOTES,
    **RELEASES,
    # users and access
    "user_registered": (mark("%(user)s joined."),),
    "user_updated": (
        mark("%(actor)s changed the profile of %(user)s."),
        mark("The profile of %(user)s was changed."),
    ),
    "user_updated:self": (mark("%(actor)s changed their own profile."),),
    "invitation_sent": (
        mark("%(actor)s invited somebody to %(locations)s, as %(role)s there."),
        mark("%(actor)s invited somebody as %(role)s."),
        mark("Somebody was invited as %(role)s."),
    ),
    "invitation_reminded": (mark("Somebody was reminded of an invitation as %(role)s."),),
    "invitation_accepted": (mark("%(user)s accepted an invitation as %(role)s."),),
    "invitation_declined": (mark("An invitation as %(role)s was declined."),),
    "invitation_revoked": (
        mark("%(actor)s revoked an invitation as %(role)s."),
        mark("An invitation as %(role)s was revoked."),
    ),
    "invitation_revoked:replaced": (mark("An invitation as %(role)s was replaced by a newer one."),),
    "access_requested": (mark("%(user)s asked for access."),),
    "access_request_approved": (mark("%(actor)s approved the access request of %(user)s."),),
    "access_request_denied": (mark("%(actor)s denied the access request of %(user)s."),),
    "access_request_withdrawn": (mark("%(user)s withdrew their access request."),),
    "access_request_withdrawn:joined": (
        mark("The access request of %(user)s ended, because they joined in another way."),
    ),
    "access_request_expired": (mark("Nobody answered the access request of %(user)s in 30 days."),),
    "access_granted": (
        mark("%(actor)s gave %(user)s the role %(role)s until %(last_day)s."),
        mark("%(actor)s gave %(user)s the role %(role)s."),
        mark("%(user)s received the role %(role)s."),
    ),
    "access_granted:self": (mark("%(user)s received the role %(role)s."),),
    "access_changed": (
        mark("%(actor)s changed the role of %(user)s from %(previous)s to %(role)s."),
        mark("The role of %(user)s changed to %(role)s."),
    ),
    "access_changed:last_day": (
        mark("%(actor)s let %(user)s have the role %(role)s until %(last_day)s."),
        mark("%(actor)s let %(user)s have the role %(role)s without a last day."),
        mark("%(user)s has the role %(role)s until another day."),
    ),
    "access_changed:holder": (
        mark("%(user)s is %(held_slot)s from now on."),
        mark("%(user)s is no holder of the account any more."),
    ),
    "access_revoked:expired": (mark("The role %(role)s of %(user)s ended, as its last day was over."),),
    "parent_admins_switched": (
        mark("%(actor)s let the admins of the seller in."),
        mark("The admins of the seller are let in."),
    ),
    "parent_admins_switched:false": (
        mark("%(actor)s keeps the admins of the seller out."),
        mark("The admins of the seller are kept out."),
    ),
    "access_revoked": (
        mark("%(actor)s took the role %(role)s from %(user)s."),
        mark("%(user)s lost the role %(role)s."),
    ),
    "access_rule_added": (
        mark("%(actor)s let %(value)s sign in to the portal of %(bill_group)s."),
        mark("%(value)s may sign in to the portal of %(bill_group)s."),
    ),
    "access_rule_removed": (
        mark("%(actor)s ended the access of %(value)s to the portal of %(bill_group)s."),
        mark("The access of %(value)s to the portal of %(bill_group)s ended."),
    ),
    "access_rule_removed:folded_in": (
        mark("The domain took the place of %(value)s in the access to the portal of %(bill_group)s."),
    ),
    "on_behalf_started": (
        mark("%(user)s of %(home)s started to work on behalf of %(workspace)s as %(role)s: “%(given_reason)s”"),
        mark("%(user)s of %(home)s started to work on behalf of %(workspace)s as %(role)s."),
        mark("%(user)s started to work on behalf of %(workspace)s as %(role)s."),
    ),
    "on_behalf_ended:expired": (mark("The work of %(user)s on behalf of %(workspace)s ended by itself."),),
    "on_behalf_ended:revoked": (
        mark("%(actor)s ended the work of %(user)s on behalf of %(workspace)s."),
        mark("The work of %(user)s on behalf of %(workspace)s was ended."),
    ),
    "on_behalf_ended": (
        mark("%(user)s of %(home)s stopped working on behalf of %(workspace)s."),
        mark("%(user)s stopped working on behalf of %(workspace)s."),
    ),
    "preview_opened": (
        mark("%(user)s of %(home)s opened a preview of the portal of bill group %(bill_group)s."),
        mark("%(user)s of %(home)s opened a preview of a bill group’s portal."),
        mark("%(user)s opened a preview of a bill group’s portal."),
    ),
    "preview_ended": (
        mark("%(user)s of %(home)s left the preview of a bill group’s portal."),
        mark("%(user)s left the preview of a bill group’s portal."),
    ),
    "preview_ended:expired": (mark("The preview by %(user)s of a bill group’s portal ended by itself."),),
    "preview_ended:revoked": (
        mark("The preview by %(user)s of a bill group’s portal ended, because their role no longer includes it."),
    ),
    # signing in
    "user_signed_in": (mark("%(user)s signed in."),),
    "session_ended": (mark("%(user)s signed out."),),
    "session_ended:expired": (mark("A session of %(user)s expired."),),
    "session_ended:revoked": (
        mark("%(actor)s signed a browser of %(user)s out."),
        mark("A browser of %(user)s was signed out."),
    ),
    "attempt_refused": (
        mark("%(actor)s tried this %(times)s times without being allowed to: %(permission)s."),
        mark("%(actor)s tried this without being allowed to: %(permission)s."),
    ),
    # orders and services
    "order_placed": (
        mark("%(actor)s ordered %(quantity)s × %(order)s."),
        mark("%(actor)s ordered %(order)s."),
    ),
    "order_placed:approved": (
        mark("%(actor)s approved the order of %(quantity)s × %(order)s."),
        mark("%(actor)s approved the order of %(order)s."),
    ),
    "order_placed:confirmed": (
        mark("%(actor)s confirmed the order of %(quantity)s × %(order)s."),
        mark("%(actor)s confirmed the order of %(order)s."),
    ),
    "order_submitted": (
        mark("%(actor)s ordered %(quantity)s × %(order)s, which waits to be confirmed."),
        mark("%(actor)s ordered %(order)s, which waits to be confirmed."),
    ),
    "order_submitted:approved": (
        mark("%(actor)s approved the order of %(quantity)s × %(order)s, which waits to be confirmed."),
        mark("%(actor)s approved the order of %(order)s, which waits to be confirmed."),
    ),
    "order_returned": (mark("%(actor)s returned the order of %(order)s."),),
    "order_requested": (
        mark("%(actor)s asked for %(quantity)s × %(order)s."),
        mark("%(actor)s asked for %(order)s."),
    ),
    "order_requested:change": (mark("%(actor)s asked for a change of the service %(service)s."),),
    "order_requested:cancel": (mark("%(actor)s asked to cancel the service %(service)s."),),
    "order_refused:change": (mark("%(actor)s refused a change of the service %(service)s."),),
    "order_requested:renew": (mark("%(actor)s asked for a renewal of the subscription of the service %(service)s."),),
    "order_refused:renew": (mark("%(actor)s refused a renewal of the subscription of the service %(service)s."),),
    "order_withdrawn:renew": (mark("%(actor)s withdrew a renewal of the subscription of the service %(service)s."),),
    "renewal_ordered": (mark("%(actor)s ordered a renewal of the subscription of the service %(service)s."),),
    "renewal_ordered:approved": (mark("%(actor)s approved a renewal of the subscription of the service %(service)s."),),
    "order_refused:cancel": (mark("%(actor)s refused to cancel the service %(service)s."),),
    "order_withdrawn:change": (mark("%(actor)s withdrew a change of the service %(service)s."),),
    "order_withdrawn:cancel": (mark("%(actor)s withdrew a cancellation of the service %(service)s."),),
    "order_refused": (mark("%(actor)s refused the order of %(order)s."),),
    "order_withdrawn": (mark("%(actor)s withdrew the order of %(order)s."),),
    "order_retried": (mark("%(actor)s tried the order of %(order)s again."),),
    "service_provisioned": (mark("The service %(service)s was provisioned."),),
    "service_provisioning_failed": (
        mark("The service %(service)s could not be provisioned: step %(step)s failed. %(why)s"),
        mark("The service %(service)s could not be provisioned: step %(step)s failed."),
        mark("The service %(service)s could not be provisioned."),
    ),
    "operation_started": (mark("%(actor)s began work on the service %(service)s: %(work)s."),),
    "operation_started:restart": (mark("%(actor)s restarted the service %(service)s."),),
    "operation_started:diagnose": (mark("%(actor)s diagnosed the service %(service)s."),),
    "operation_started:console_log": (mark("%(actor)s read the console of the service %(service)s."),),
    "operation_started:suspend": (mark("%(actor)s began to suspend the service %(service)s."),),
    "operation_started:resume": (mark("%(actor)s began to resume the service %(service)s."),),
    "operation_started:reset_credentials": (
        mark("%(actor)s began to reset the credentials of the service %(service)s."),
    ),
    "credentials_shown": (mark("%(actor)s was shown the new credentials of the service %(service)s."),),
    "operation_cancelled": (mark("%(actor)s stopped the work on the service %(service)s: %(work)s."),),
    "operation_ended": (mark("The work on the service %(service)s is done: %(work)s."),),
    "operation_ended:failed": (
        mark("The work on the service %(service)s failed: %(work)s. %(why)s"),
        mark("The work on the service %(service)s failed: %(work)s."),
    ),
    "operation_ended:cancelled": (mark("The work on the service %(service)s was stopped: %(work)s."),),
    "service_change_ordered": (mark("%(actor)s ordered a change of the service %(service)s."),),
    "service_change_ordered:approved": (mark("%(actor)s approved a change of the service %(service)s."),),
    "service_changed": (mark("The service %(service)s was changed."),),
    "service_change_failed": (
        mark("The service %(service)s could not be changed. %(why)s"),
        mark("The service %(service)s could not be changed."),
    ),
    "service_suspended": (mark("The service %(service)s was suspended."),),
    "service_resumed": (mark("The service %(service)s works again."),),
    "cancellation_ordered": (
        mark("%(actor)s cancelled the service %(service)s."),
        mark("The service %(service)s was cancelled."),
    ),
    "cancellation_ordered:now": (
        mark("%(actor)s cancelled the service %(service)s, for now."),
        mark("The service %(service)s was cancelled, for now."),
    ),
    "cancellation_ordered:period_end": (
        mark("%(actor)s cancelled the service %(service)s, for the end of its period."),
        mark("The service %(service)s was cancelled, for the end of its period."),
    ),
    "cancellation_undone": (mark("%(actor)s undid the cancellation of the service %(service)s."),),
    "service_deleted": (mark("The service %(service)s was deleted."),),
    "service_labelled": (mark("%(actor)s changed the labels of the service %(service)s."),),
    "service_renamed": (
        mark("%(actor)s renamed the service %(former)s to %(service)s."),
        mark("The service %(former)s was renamed to %(service)s."),
    ),
    # products and prices
    "product_published": (mark("%(actor)s published the product %(product)s."),),
    "product_withdrawn": (mark("%(actor)s withdrew the product %(product)s from sale."),),
    "product_offered": (mark("%(actor)s offered the product %(product)s again."),),
    "plan_published": (
        mark("%(actor)s published the plan %(plan)s, %(recurring)s %(interval)s."),
        mark("%(actor)s published the plan %(plan)s."),
    ),
    "plan_withdrawn": (mark("%(actor)s withdrew the plan %(plan)s from sale."),),
    "plan_offered": (mark("%(actor)s offered the plan %(plan)s again."),),
    # company
    "workspace_created": (
        mark("%(actor)s created the workspace %(workspace)s."),
        mark("The workspace %(workspace)s was created."),
    ),
    "workspace_updated": (
        mark(
            "%(actor)s renamed the workspace %(former)s to %(workspace)s, and its URL from %(former_slug)s to %(slug)s."
        ),
        mark("%(actor)s renamed the workspace %(former)s to %(workspace)s."),
        mark("%(actor)s gave %(workspace)s a new URL: %(slug)s instead of %(former_slug)s."),
        mark("%(actor)s changed the settings of %(workspace)s."),
    ),
    "workspace_removed": (
        mark("%(actor)s removed %(workspace)s, which nobody had signed up for."),
        mark("%(workspace)s was removed; nobody had signed up for it."),
    ),
    "workspace_connected": (mark("%(workspace)s is connected: its first user has joined."),),
    "workspace_suspended": (
        mark("%(actor)s of %(company)s suspended %(workspace)s: “%(words)s”."),
        mark("%(workspace)s was suspended."),
    ),
    "workspace_reinstated": (
        mark("%(actor)s of %(company)s ended the suspension of %(workspace)s."),
        mark("The suspension of %(workspace)s ended."),
    ),
    "brand_changed": (mark("%(actor)s changed the branding of %(workspace)s."),),
    "contact_added": (mark("%(actor)s added the contact %(contact)s."),),
    "contact_changed": (mark("%(actor)s changed the contact %(contact)s."),),
    "contact_removed": (mark("%(actor)s removed the contact %(contact)s."),),
    # exports
    "export_made": (
        mark("%(actor)s exported a list as %(format)s (rows: %(rows)s)."),
        mark("%(actor)s exported a list."),
    ),
    "export_downloaded": (
        mark("%(actor)s downloaded an exported list as %(format)s (rows: %(rows)s)."),
        mark("%(actor)s downloaded an exported list."),
    ),
    "archive_requested": (mark("%(actor)s had an archive of all data of the workspace prepared."),),
    "archive_downloaded": (mark("%(actor)s downloaded an archive of all data of the workspace."),),
    "operator_command_run": (mark("An operator ran a command on the server: %(command)s."),),
    # mails and counts
    **MAILS,
    "mrr_changed": (
        mark("The monthly revenue is now %(revenue)s."),
        mark("The monthly revenue changed."),
    ),
    "service_counts_changed": (
        mark("Active services: ports %(ports)s, virtual circuits %(circuits)s, cloud connections %(connections)s."),
        mark("The number of active services changed."),
    ),
}
"""By the last part of the event's name, and of those in which a detail that chooses (`telling.VARIANTS`) is as said, or
in which the person did it to themselves, by that as well."""

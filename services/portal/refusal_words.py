"""The words of each problem, by its name: what a service says itself is for developers."""

from services.portal.holder_refusal_words import OF_HOLDERS
from services.portal.move_refusal_words import OF_MOVES
from services.portal.problem_words import Words
from services.portal.quote_refusal_words import OF_QUOTES
from services.portal.release_refusal_words import OF_RELEASES
from services.portal.service_refusal_words import OF_SERVICES
from shared.language import mark

PROBLEMS = {
    **OF_RELEASES,
    # access
    "unauthenticated": Words(mark("Sign in first"), mark("Sign in again to go on.")),
    "session_over": Words(mark("Your session is over"), mark("Sign in again to go on.")),
    "forbidden": Words(mark("Not allowed"), mark("Your role in this workspace does not include this.")),
    "holders_only": Words(
        mark("Only for the account’s holders"),
        mark("This account leaves this to its two holders. Ask one of them."),
    ),
    "approval_needed": Words(mark("An approval is needed"), mark("An admin has to approve this first.")),
    "not_found": Words(mark("Not found"), mark("It does not exist, or you may not see it.")),
    "not_a_member": Words(mark("You do not belong to this workspace"), mark("Ask one of its admins to invite you.")),
    "no_workspace": Words(
        mark("You belong to no workspace"),
        mark("Your address belongs to no workspace any more. Ask an admin to invite you."),
    ),
    "read_only_preview": Words(
        mark("A preview is read-only"),
        mark("A preview shows what visitors of the bill group see. Nothing can be changed in it."),
    ),
    "workspace_is_suspended": Words(
        mark("This workspace is suspended"),
        mark("You can read everything and pay open invoices. Nothing was changed. Under Support you see whom to ask."),
    ),
    "suspended_already": Words(
        mark("Suspended already"), mark("The workspace is suspended. End the suspension before you begin another one.")
    ),
    "not_suspended": Words(mark("Not suspended"), mark("The workspace is not suspended any more.")),
    "nobody_to_suspend": Words(
        mark("Nobody has signed up there yet"), mark("There is nobody to suspend. Take the invitation back instead.")
    ),
    "suspended_from_above": Words(
        mark("Suspended by the provider"), mark("The provider has suspended this workspace, and only it can end that.")
    ),
    "already_on_behalf": Words(
        mark("You work on behalf of somebody already"),
        mark("Leave the workspace that you work in before you open another one."),
    ),
    "customer_not_connected": Words(
        mark("Nobody has signed up there yet"),
        mark("Send the invitation first. You can work there once somebody has accepted it."),
    ),
    "admins_kept_out": Words(
        mark("This company lets no admins of its seller in"),
        mark("Only people who are linked may enter it. Its own admins can change that."),
    ),
    "reason_needed": Words(mark("Say why you enter"), mark("Say in a line what you are there for.")),
    "only_own_users": Words(
        mark("Only for the company’s own users"),
        mark("Only the company’s own admins decide whether the admins of its seller may enter."),
    ),
    "nobody_above": Words(mark("Nobody sells to the provider"), mark("Nobody else could enter.")),
    # the catalogue
    "product_no_longer_offered": Words(
        mark("The product is not offered any more"),
        mark("This product was withdrawn and cannot be ordered any more. Choose another one."),
    ),
    "plan_no_longer_offered": Words(
        mark("The plan is not offered any more"),
        mark("This plan was withdrawn and cannot be chosen any more. Choose another one."),
    ),
    "product_is_another": Words(
        mark("The key belongs to another product"),
        mark("There is a product of this key already, and its kind, driver and counting never change."),
    ),
    # documents
    "invoice_being_printed": Words(
        mark("The PDF is being made"), mark("The PDF is being made. It is here in a moment.")
    ),
    "invoice_not_printed": Words(
        mark("The PDF could not be made"), mark("The PDF could not be made. The provider knows of it.")
    ),
    "already_being_printed": Words(
        mark("The PDF is being made"), mark("Somebody else had it made again a moment ago.")
    ),
    "already_being_sent": Words(mark("The mail is being sent"), mark("Somebody else had it tried again a moment ago.")),
    # signing in
    "challenge_locked": Words(
        mark("Too many wrong codes"), mark("Too many wrong codes were entered. Ask for a new mail.")
    ),
    "challenge_spent": Words(
        mark("This link or code is no longer valid"),
        mark("This link or code was used already, is too old, or you asked for a newer one. Ask for a new mail."),
    ),
    "code_needed": Words(
        mark("Enter the code from the mail"),
        mark("This is not the browser that asked to sign in. Enter the six digits from the mail."),
    ),
    "codes_closed": Words(
        mark("Codes are closed for today"),
        mark(
            "Too many wrong codes were entered for this address. Open the link in the mail instead. It works in the "
            "browser in which you asked for it."
        ),
    ),
    "wrong_code": Words(mark("This is not the code"), mark("Enter the six digits from the newest mail.")),
    "too_many_sign_ins": Words(
        mark("Too many sign-in mails"),
        mark("Too many sign-in mails were asked for. Wait a few minutes, then try again."),
    ),
    "portal_closed": Words(mark("This portal is not open"), mark("Ask whoever gave you the link.")),
    "not_admitted": Words(
        mark("You have no access to this portal"),
        mark("Your address has no access to this portal any more. Ask whoever gave you the link."),
    ),
    # access rules
    "rule_exists": Words(mark("This is on the list already"), mark("This is on the list already.")),
    "domain_has_access": Words(
        mark("The domain of this address has access already"), mark("Everybody in this domain may sign in already.")
    ),
    "addresses_in_domain": Words(
        mark("Addresses in this domain have access already"), mark("Addresses in this domain are on the list already.")
    ),
    "too_many_rules": Words(
        mark("Too many domains and addresses"),
        mark("A bill group has at most 200 domains and addresses. Remove one first."),
    ),
    # users, invitations, links
    "last_admin": Words(
        mark("This is the last admin"),
        mark("This is the last admin of the workspace. Make somebody else an admin first."),
    ),
    "admins_need_no_link": Words(
        mark("Admins need no link"), mark("This person is an admin here, and sees every customer without a link.")
    ),
    "already_linked": Words(mark("Already linked"), mark("This person is linked already. Change the role instead.")),
    "already_member": Words(
        mark("Already a user"), mark("This person is a user of the workspace already. You can change the role.")
    ),
    "invited_to_all": Words(
        mark("Invited to the whole account"),
        mark("This address has a pending invitation to the whole account. Take that back first."),
    ),
    "no_address_at_location": Words(
        mark("No address on file"), mark("There is no address on file for this location. Enter one, then invite.")
    ),
    "invitation_not_pending": Words(
        mark("This invitation is closed"), mark("The invitation was accepted, taken back or replaced meanwhile.")
    ),
    "invitation_spent": Words(
        mark("This invitation is no longer valid"),
        mark(
            "It was accepted, taken back, replaced by a newer one, or is older than seven days. Ask for a new "
            "invitation."
        ),
    ),
    "too_many_open": Words(
        mark("Too many open invitations"),
        mark("This workspace has too many invitations that nobody has accepted. Take some back, or wait a day."),
    ),
    "not_today": Words(
        mark("This address cannot be invited today"),
        mark("This address has got too many invitations today. Try again tomorrow."),
    ),
    "no_address_on_file": Words(
        mark("No address on file"), mark("There is no address that the invitation could go to. Enter one first.")
    ),
    "customer_connected": Words(
        mark("Somebody has signed up there already"),
        mark("Somebody has signed up there already. Its own admins invite its users now."),
    ),
    "customer_in_use": Words(
        mark("It is in use"),
        mark("There are orders, services, subscriptions or unpaid invoices. It is not removed."),
    ),
    "customer_has_people": Words(
        mark("Somebody has access there"), mark("Somebody has access to its workspace. It is not removed.")
    ),
    "partner_has_customers": Words(
        mark("It has customers"), mark("This partner has customers. It is not removed before they are.")
    ),
    "document_lost": Words(mark("The document is lost"), mark("Ask your provider to add it again.")),
    "not_a_pdf": Words(mark("Not a PDF"), mark("Choose a PDF of at most 8 MB.")),
    "too_many_documents": Words(
        mark("Too many documents"), mark("An account has at most 1,000 documents. Remove some that nobody needs.")
    ),
    "other_document": Words(
        mark("Another document was added meanwhile"), mark("Load the page again and add this one once more.")
    ),
    "not_a_logo": Words(
        mark("Not usable as a logo"),
        mark("Send a still PNG, JPEG or WebP image of 16 to 4,096 pixels on each side and at most 512 KB."),
    ),
    **OF_HOLDERS,
    **OF_MOVES,
    **OF_QUOTES,
    **OF_SERVICES,
    # money
    "invoice_not_open": Words(
        mark("This invoice is not open"), mark("Only an open invoice can be paid. It may have been paid meanwhile.")
    ),
    "payment_under_way": Words(
        mark("A payment is under way"),
        mark("A payment of this invoice is under way. Wait for its outcome, so that nobody pays twice."),
    ),
    "hosted_page_over": Words(
        mark("This payment page is over"),
        mark("This payment page was open for too long. Go back, and begin again."),
    ),
    "method_not_active": Words(
        mark("This payment method cannot be charged"),
        mark("It has ended, or is not verified yet. Choose another one."),
    ),
    "user_already": Words(
        mark("You are a user of this workspace already"),
        mark("You can switch to it at the top of the navigation. Your role stays as it is."),
    ),
    "too_many_asked": Words(
        mark("You have asked for access too often"),
        mark("Withdraw a request that you do not need any more, or try again tomorrow."),
    ),
    "too_many_former_urls": Words(
        mark("This workspace has too many former URLs"),
        mark(
            "At most five former URLs lead to a workspace, each of them for a year. Change the name without a new URL, "
            "or go back to a name that the workspace had."
        ),
    ),
    "access_request_closed": Words(
        mark("This request is closed"),
        mark("It was decided or withdrawn already, or it is older than 30 days. The first decision counts."),
    ),
    "default_method_needed": Words(
        mark("The default payment method is still needed"),
        mark("It is charged for open invoices, or by auto-pay. Make another one the default first."),
    ),
    "auto_pay_needs_method": Words(
        mark("Auto-pay needs a payment method"), mark("Save a payment method first: auto-pay charges the default one.")
    ),
    "too_many_methods": Words(
        mark("There are too many payment methods"), mark("Remove one before you add another one.")
    ),
    "not_that_much_credit": Words(
        mark("There is not that much credit"), mark("The credit is smaller than that. Look at it again.")
    ),
    "no_way_back": Words(
        mark("This cannot be paid back by the way that it came"),
        mark("Less than that came through the payment provider. Pay it back in another way."),
    ),
    "payments_not_set_up": Words(
        mark("Online payment is not set up"),
        mark("The seller takes no payments online. The invoice says how else to pay."),
    ),
    "paying_is_off": Words(
        mark("Paying online is switched off"),
        mark("The seller takes no online payments for this bill group. The invoice says how else to pay."),
    ),
    "too_many_bill_groups": Words(
        mark("Too many bill groups"), mark("A customer has at most a hundred bill groups. Rename one of them instead.")
    ),
    "bill_group_in_use": Words(
        mark("The bill group is in use"),
        mark("It has subscriptions or unpaid invoices. Move or end those, and wait for payment."),
    ),
    "default_stays_open": Words(
        mark("The default bill group stays open"), mark("Make another bill group the default first, then close this.")
    ),
    "closed_is_no_default": Words(mark("The bill group is closed"), mark("Open it first, then make it the default.")),
    "not_movable": Words(
        mark("The subscription cannot be moved there"),
        mark("Only a subscription that has not ended is moved, to a bill group that is open."),
    ),
    "other_currency": Words(
        mark("The bill group has another currency"),
        mark("A subscription is moved between bill groups of one currency alone."),
    ),
    "payment_page_over": Words(
        mark("This payment page is over"),
        mark("This payment page was open for too long. Open the invoice and choose Pay again."),
    ),
    "foreign_return_url": Words(mark("Not possible"), mark("Open the invoice again, and pay from there.")),
    "gateway_event_refused": Words(mark("Not possible"), mark("The payment gateway’s message was refused.")),
    # requests
    "conflict": Words(mark("Not possible now"), mark("Something has changed meanwhile. Load the page again.")),
    "gone": Words(mark("No longer valid"), mark("It existed, and cannot be used any more.")),
    "invalid": Words(mark("Please check your entries"), mark("Some entries are not valid.")),
    "body_too_large": Words(mark("Too much at once"), mark("The form holds more text than can be saved.")),
    "idempotency_key_reused": Words(
        mark("This form was sent already"),
        mark("This form was sent with other entries before. Load the page again, and enter it anew."),
    ),
    "too_many_requests": Words(mark("Too many tries"), mark("Wait a little, then try again.")),
    "unavailable": Words(mark("Not available just now"), mark("It usually works again within a minute. Try it then.")),
}

"""The words of each problem of orders and services, by its name (`refusal_words.py`)."""

from services.portal.problem_words import Words
from shared.language import mark

OF_SERVICES = {
    "not_renewable": Words(
        mark("It cannot be renewed"),
        mark("Only a subscription with a minimum term is renewed, while it is billed and is not cancelled."),
    ),
    "term_changed": Words(
        mark("The term is another one meanwhile"),
        mark("Somebody has renewed it, or it has renewed by itself. What you see now is up to date."),
    ),
    "term_too_long": Words(mark("The term would be too long"), mark("A term ends at most 60 months from now.")),
    "plan_does_not_fit": Words(
        mark("The plan does not fit"), mark("Choose a plan of the same product, in the same currency.")
    ),
    "subscription_has_ended": Words(mark("The subscription has ended"), mark("It is not billed any more.")),
    "illegal_move": Words(
        mark("Not possible in this state"), mark("Something has changed meanwhile. Load the page again.")
    ),
    "link_not_valid": Words(mark("The link is not valid"), mark("It is not whole, or too old. Nothing was changed.")),
    "too_many_switches": Words(
        mark("Switched too often"),
        mark("These mails are off until tomorrow. Sign in to switch them on again before."),
    ),
    "campaign_not_open": Words(
        mark("Not possible in this state"), mark("It is in another state by now. Look at it again.")
    ),
    "campaign_changed_since": Words(mark("Changed meanwhile"), mark("Somebody else has changed it. Look at it again.")),
    "nobody_meant": Words(mark("Nobody would get it"), mark("Nobody belongs to those whom it is for. Choose others.")),
    "too_many_tests": Words(mark("Mailed a moment ago"), mark("Wait ten seconds before you have it mailed again.")),
    "too_many_mail_tests": Words(
        mark("Sent a moment ago"), mark("Wait ten seconds before you send another test mail.")
    ),
    "not_to_be_sent_again": Words(
        mark("The mail is not sent again"), mark("It is still being sent, or was sent again within the last hour.")
    ),
    "too_many_tries": Words(
        mark("Tried too often today"), mark("Three times a day are possible. Try again tomorrow, or ask your provider.")
    ),
    "too_many_again": Words(mark("Too many mails asked for again"), mark("Ten mails a day are sent again.")),
    "topic_is_forced": Words(
        mark("This mail cannot be switched off"), mark("It tells you what you have to know. Its notices can be.")
    ),
    "too_many_exports": Words(
        mark("Too many exports"),
        mark("Wait until one of your exports is finished. At most fifty are possible within a day."),
    ),
    "too_many_archives": Words(
        mark("Too many archives"), mark("Wait until your archive is finished. At most three are possible within a day.")
    ),
    "only_in_own_name": Words(
        mark("Only in one’s own name"), mark("Only people of this workspace download all of its data.")
    ),
    "export_not_ready": Words(mark("The file is not ready"), mark("Wait until the export is done.")),
    "export_over": Words(
        mark("The file is no longer available"),
        mark("It was deleted after a day, or your rights have changed since. Export the list again."),
    ),
    "order_not_failed": Words(
        mark("The order has not failed"),
        mark("Only a failed order can be tried again. Somebody may have done so already."),
    ),
    "service_not_active": Words(
        mark("Not possible while the service is so"), mark("Its page says how the service stands now.")
    ),
    "nothing_changes": Words(
        mark("Nothing would change"), mark("The service is like that already. Change something, or leave it as it is.")
    ),
    "service_ending": Words(
        mark("The service is cancelled"), mark("It ends with its period. Undo the cancellation first.")
    ),
    "add_on_of_nothing": Words(
        mark("An add-on needs a service"), mark("It is ordered on the page of the service that it is for.")
    ),
    "add_on_does_not_fit": Words(
        mark("It cannot be added to this service"), mark("The page of a service shows what can be added to it.")
    ),
    "not_an_add_on": Words(
        mark("The service is no add-on"), mark("Your role changes and cancels add-ons alone. Ask an admin.")
    ),
    "too_many_parts": Words(
        mark("The service has too many parts"), mark("A service has at most twenty. Cancel one of them first.")
    ),
    "brought_otherwise": Words(
        mark("What comes along has changed"),
        mark("What comes along, or its price, has changed meanwhile. Look at it and order again."),
    ),
    "brought_not_orderable": Words(
        mark("What comes along cannot be ordered"),
        mark("Something that comes along with this product cannot be ordered now, or not so. Ask support."),
    ),
    "cancelled_with_whole": Words(
        mark("It ends with the service that it belongs to"),
        mark("It came along with another service. Cancel that one, and this ends with it."),
    ),
    "part_busy": Words(
        mark("A part of the service is being worked on"),
        mark("Something that belongs to this service is being worked on. Wait until it is done."),
    ),
    "suspended_with_whole": Words(
        mark("The service that it belongs to is suspended"),
        mark("It works again by itself as soon as that service does."),
    ),
    "moved_with_whole": Words(
        mark("It is moved with the service that it belongs to"), mark("Move the subscription of that service.")
    ),
    "parts_not_usable": Words(
        mark("The products cannot belong together like this"),
        mark("Correct which products belong together, and send it again."),
    ),
    "cancellation_not_scheduled": Words(
        mark("There is no cancellation to undo"),
        mark("Somebody has undone it already, or its day has come."),
    ),
    "not_pausable": Words(
        mark("This plan cannot be paused"), mark("Suspend the service instead. It is paid on meanwhile.")
    ),
    "still_overdue": Words(
        mark("Something is overdue"),
        mark("The service works again by itself as soon as what is overdue is paid. See Billing."),
    ),
    "verb_not_offered": Words(
        mark("Not possible with this service"), mark("This cannot be done with a service of this kind.")
    ),
    "service_busy": Words(
        mark("The service is being worked on"),
        mark("Somebody does something with this service. Wait until it is done."),
    ),
    "others_credentials": Words(
        mark("Somebody else has reset the credentials"),
        mark("Only whoever began the reset can see the new ones. Reset them again to get your own."),
    ),
    "credentials_not_ready": Words(
        mark("There are no new credentials yet"), mark("The reset has not ended, or did not succeed.")
    ),
    "credentials_shown_already": Words(
        mark("The credentials were shown already"),
        mark("They are kept nowhere. If they are lost, reset them again."),
    ),
    "credentials_over": Words(
        mark("The new credentials were deleted"),
        mark("Nobody looked at them within an hour. Reset them again."),
    ),
    "credentials_unreadable": Words(
        mark("The new credentials cannot be read any more"), mark("Their key is not in use any more. Reset them again.")
    ),
    "licence_not_valid": Words(
        mark("The licence is not valid"), mark("It was revoked, is on hold, or has ended with its service.")
    ),
    "licence_not_revoked": Words(
        mark("The licence is not revoked"), mark("Somebody has taken the revocation back already.")
    ),
    "key_not_genuine": Words(
        mark("This is no licence key of ours"),
        mark("It is incomplete, was changed, or was not signed here. Copy all of it again."),
    ),
    "key_replaced": Words(
        mark("This licence key was replaced"), mark("The licence has a newer key. Copy that one from its page.")
    ),
    "activation_limit_reached": Words(
        mark("The licence is used on all its machines"), mark("Release one of them, then activate again.")
    ),
    "too_many_licence_calls": Words(mark("Too many calls for this licence"), mark("Wait a minute, then try again.")),
    "too_many_operations": Words(
        mark("Too many operations"), mark("Too much was done with this service within an hour. Try again later.")
    ),
    "not_cancellable": Words(mark("It cannot be cancelled"), mark("It has ended already, or is being stopped.")),
    "order_not_waiting": Words(
        mark("The order does not wait for approval"),
        mark("This order does not wait any more: somebody has decided about it, or it was withdrawn."),
    ),
    "order_agreed": Words(
        mark("The order is approved"), mark("Only those who may order without asking can withdraw it now.")
    ),
    "not_awaiting_acknowledgement": Words(
        mark("The order does not wait any more"),
        mark("Somebody has confirmed or returned it already, or its customer has withdrawn it."),
    ),
    "too_many_submitted": Words(
        mark("Too many orders to be confirmed"),
        mark("Too many orders of your workspace were sent today that have to be confirmed first. Try again tomorrow."),
    ),
    "task_not_open": Words(
        mark("This is not to be done any more"),
        mark("Somebody has ended it already, or it is not needed any more. This is how it stands now."),
    ),
    "task_not_given_up": Words(
        mark("This cannot be given up"),
        mark("The service is cancelled, so that it has to be collected or taken down. Plan another day instead."),
    ),
    "planned_otherwise": Words(mark("The day cannot be chosen"), mark("Choose a day from today on, within a year.")),
    "not_wanted_then": Words(
        mark("The day cannot be chosen"), mark("Choose another day, or none: then it is done as soon as possible.")
    ),
    "asset_does_not_fit": Words(
        mark("That cannot be written down"),
        mark("Only assets have serial numbers, a condition and a photo, and at most one serial number per piece."),
    ),
    "not_an_image": Words(mark("Not usable as an image"), mark("Send a still PNG, JPEG or WebP image.")),
    "not_a_photo": Words(
        mark("Not usable as a photo"),
        mark("Send a still PNG, JPEG or WebP photo of 64 to 12,000 pixels on each side and at most 8 MB."),
    ),
    "others_order": Words(
        mark("Somebody else asked for this order"), mark("Only whoever asked for an order can withdraw it.")
    ),
    "too_many_waiting": Words(
        mark("Too many orders wait for approval"),
        mark(
            "Too many of your orders wait for approval, or you have asked for too many today. Withdraw one, or wait "
            "until some are decided."
        ),
    ),
    "plan_superseded": Words(
        mark("The price has changed"),
        mark("The plan was published anew meanwhile. Look at the new price and order again."),
    ),
    "plan_not_offered": Words(
        mark("This plan is not offered"), mark("Choose one of the plans that the product has now.")
    ),
    "product_not_offered": Words(
        mark("This product is not offered"), mark("This product is not in the catalogue any more. Choose another one.")
    ),
    "product_not_usable": Words(
        mark("This product cannot be ordered now"),
        mark("The form of this product has to be published again. Our support can help you."),
    ),
    "too_many_at_once": Words(mark("Too many in one order"), mark("Order fewer of this product at once.")),
    "configuration_not_valid": Words(
        mark("The entries do not fit the product"), mark("Please correct the marked entries.")
    ),
    "bill_group_not_yours": Words(
        mark("This bill group cannot be used"), mark("Choose one of this workspace’s bill groups.")
    ),
    "bill_group_does_not_fit": Words(
        mark("This bill group cannot pay for it"), mark("Choose an open bill group in the currency of the plan.")
    ),
    "nobody_pays": Words(
        mark("No bill group has this currency"),
        mark("None of your bill groups is open and in the currency of this plan. Ask your seller for one."),
    ),
    "ordered_for_customers": Words(
        mark("Orders are placed for a customer"),
        mark("Open the customer under Customers, and order there."),
    ),
    "product_key_taken": Words(mark("The key is taken"), mark("Another product has this key. Choose another one.")),
    "driver_not_usable": Words(mark("The driver cannot be used like this"), mark("Please correct the marked entries.")),
    "needs_not_usable": Words(mark("What a service takes cannot be known"), mark("Please correct the marked entries.")),
    "no_room": Words(
        mark("There is no room for it"),
        mark("No host has room for this now. Choose another site, a smaller configuration, or fewer."),
    ),
    "site_not_offered": Words(mark("The site cannot be chosen"), mark("Choose another site, or any site.")),
    "site_not_known": Words(mark("There is no such site"), mark("Load the page again, and choose a site.")),
    "location_name_taken": Words(
        mark("The name is taken"), mark("There is a location of this name already. Choose another one.")
    ),
    "rows_refused": Words(
        mark("Some rows cannot be imported"), mark("Nothing was imported. Correct these rows, then try again.")
    ),
    "too_many_locations": Words(
        mark("Too many locations"), mark("A customer has at most 20,000 locations. Close what is not needed.")
    ),
    "location_closed_already": Words(
        mark("The location is closed"), mark("A closed location is not changed any more.")
    ),
    "location_in_use": Words(
        mark("Services are deployed there"), mark("Cancel the services of this location first, then close it.")
    ),
    "location_not_yours": Words(mark("The location cannot be chosen"), mark("Choose one of the open locations.")),
    "site_key_taken": Words(mark("The key is taken"), mark("Another site has this key. Choose another one.")),
    "host_name_taken": Words(
        mark("The name is taken"), mark("Another host of this site has this name. Choose another one.")
    ),
    "capacity_taken": Words(
        mark("Services take more than that"), mark("A host cannot have less than what its services take.")
    ),
    "schema_not_usable": Words(
        mark("The configuration schema cannot be used"), mark("Please correct the marked entries.")
    ),
}

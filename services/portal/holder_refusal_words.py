"""The words of problems about the holders of an account, about people who are added to it or leave for good, and about
accounts that are closed."""

from services.portal.problem_words import Words
from shared.language import mark

OF_HOLDERS = {
    "workspace_is_closing": Words(
        mark("This account is being closed"),
        mark("Nothing is ordered, extended or renewed there. Until the day a holder can keep the account."),
    ),
    "workspace_is_closed": Words(
        mark("This account is closed"),
        mark("Its holders can read everything and pay open invoices. Nothing was changed, and it is not opened again."),
    ),
    "not_the_account_number": Words(
        mark("This is not the account number"),
        mark("Enter the number of the account as it is shown on the page, to confirm it."),
    ),
    "not_closing": Words(
        mark("This account is not being closed"),
        mark("A holder has kept it, or it is closed already. Load the page again."),
    ),
    "sign_in_first": Words(
        mark("Sign in again first"),
        mark("Sign out and in again, so that we know that it is you. Then come back within 15 minutes."),
    ),
    "not_your_address": Words(
        mark("This is not your address"), mark("Enter the address with which you sign in, to confirm it.")
    ),
    "erasure_open": Words(
        mark("Your account will be deleted already"), mark("You can still keep it. Load the page again.")
    ),
    "too_many_own_downloads": Words(
        mark("Too many downloads today"), mark("Your data can be downloaded five times a day. Try again later.")
    ),
    "holder_stays": Words(
        mark("This person is a holder of the account"),
        mark(
            "A holder stays until somebody else has taken over, and a former one as long as they can undo the change."
            " Replace the holder first."
        ),
    ),
    "not_a_user_here": Words(
        mark("Not a user of this workspace"),
        mark("Only a user of the workspace can become its holder. Invite the person first."),
    ),
    "is_a_holder": Words(
        mark("A holder of this account already"), mark("The two holders of an account are two people.")
    ),
    "holder_change_open": Words(
        mark("Somebody is asked already"), mark("Withdraw that first, if you want to ask somebody else.")
    ),
    "too_many_holder_changes": Words(
        mark("Too many changes today"), mark("At most 10 changes of holders can be proposed within a day.")
    ),
    "holder_change_closed": Words(
        mark("This change cannot be answered any more"),
        mark("Somebody has answered or withdrawn it, or its time is over. Load the page again."),
    ),
    "only_in_person": Words(
        mark("Only for the person themselves"),
        mark("Only the person whom it is about does this, in their own workspace."),
    ),
    "needs_another": Words(
        mark("Somebody else has to agree"), mark("Two of your company change a holder together. Ask a colleague.")
    ),
    "nobody_holds": Words(
        mark("Nobody has signed up there yet"), mark("Who signs up first becomes the primary holder.")
    ),
    "too_many_searches": Words(
        mark("Too many addresses today"),
        mark("Twenty people a day can be added like this. Invite the person, or try again tomorrow."),
    ),
}
"""By its name: what a service says itself is for developers."""

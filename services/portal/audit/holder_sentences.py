"""What each event of the holders of an account, and of the end of people's and companies' accounts, says, as sentences
for people (`sentences.py`)."""

from collections.abc import Mapping

from services.portal.audit.billing_sentences import Sentences
from shared.language import mark

HOLDERS: Mapping[str, Sentences] = {
    "holder_change_requested": (
        mark("%(actor)s asked that %(new_holder)s becomes %(slot)s instead of %(former_holder)s: “%(words)s”."),
        mark("%(actor)s asked that %(new_holder)s becomes %(slot)s: “%(words)s”."),
        mark("It was asked that %(new_holder)s becomes %(slot)s."),
    ),
    "holder_change_proposed": (
        mark("%(actor)s proposed that %(new_holder)s becomes %(slot)s instead of %(former_holder)s."),
        mark("%(actor)s proposed that %(new_holder)s becomes %(slot)s."),
        mark("It was proposed that %(new_holder)s becomes %(slot)s."),
    ),
    "holder_change_ended": (mark("The proposal that %(new_holder)s becomes %(slot)s was withdrawn."),),
    "holder_change_ended:declined": (mark("%(new_holder)s declined to become %(slot)s."),),
    "holder_change_ended:expired": (mark("%(new_holder)s did not answer in time whether to become %(slot)s."),),
    "holder_changed": (
        mark("%(new_holder)s became %(slot)s instead of %(former_holder)s."),
        mark("%(new_holder)s became %(slot)s."),
    ),
    "holder_change_undone": (mark("%(former_holder)s undid that %(new_holder)s became %(slot)s."),),
    "holders_checked": (mark("%(actor)s said that both holders are right."),),
    "holders_check_due": (mark("The holders were asked whether they are still right."),),
    "erasure_requested": (mark("%(user)s asked for their account to be deleted."),),
    "erasure_withdrawn": (mark("%(user)s took back that their account is deleted."),),
    "own_data_downloaded": (mark("%(user)s downloaded all data that is kept of them."),),
    "user_erased": (mark("An account was deleted, with all data of its person."),),
    "workspace_closing": (
        mark("%(actor)s asked for the account of %(workspace)s to be closed."),
        mark("It was asked for the account of %(workspace)s to be closed."),
    ),
    "workspace_closing_soon": (mark("The admins were told that the account of %(workspace)s is closed soon."),),
    "workspace_kept": (
        mark("%(actor)s kept the account of %(workspace)s, which was to be closed."),
        mark("The account of %(workspace)s, which was to be closed, was kept."),
    ),
    "workspace_closed": (mark("The account of %(workspace)s was closed, as a holder had asked for."),),
    "user_added": (mark("%(actor)s added %(user)s as %(role)s."), mark("%(user)s was added as %(role)s.")),
    "account_not_found": (
        mark("%(actor)s looked for the account of %(address_hint)s, and there is none."),
        mark("Somebody looked for the account of %(address_hint)s, and there is none."),
    ),
}

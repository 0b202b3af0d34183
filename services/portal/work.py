"""What is said of the work on orders and services, in the reader's language: the steps' titles, and how they stand.

A driver that this version does not know says it in its own words.
"""

from collections.abc import Mapping

from services.portal.texts import Texts
from shared.language import mark, mark_in
from shared.language.coded import say

TITLES = Texts(
    {
        "reserve_capacity": mark_in("step", "Reserve capacity"),
        "install_system": mark_in("step", "Install the system"),
        "connect_network": mark_in("step", "Connect the network"),
        "check_and_hand_over": mark_in("step", "Check and hand over"),
        "patch_cross_connect": mark_in("step", "Patch the cross-connect"),
        "configure_port": mark_in("step", "Configure the port"),
        "test_line_and_hand_over": mark_in("step", "Test the line and hand over"),
        "reserve_bandwidth": mark_in("step", "Reserve bandwidth"),
        "configure_both_ends": mark_in("step", "Configure both ends"),
        "test_circuit_and_hand_over": mark_in("step", "Test the circuit and hand over"),
        "ask_cloud_to_accept": mark_in("step", "Ask the cloud to accept"),
        "configure_routing": mark_in("step", "Configure routing"),
        "test_and_hand_over": mark_in("step", "Test and hand over"),
        "reserve": mark_in("step", "Reserve"),
        "prepare": mark_in("step", "Prepare"),
        "hand_over": mark_in("step", "Hand over"),
        "check_capacity": mark_in("step", "Check the capacity"),
        "reconfigure": mark_in("step", "Reconfigure"),
        "block_access": mark_in("step", "Block access"),
        "unblock_access": mark_in("step", "Open access again"),
        "erase": mark_in("step", "Erase what it holds"),
        "give_back_capacity": mark_in("step", "Give the capacity back"),
        "shut_down": mark_in("step", "Shut down"),
        "start_up": mark_in("step", "Start up"),
        "check_answers": mark_in("step", "Check that it answers"),
        "measure": mark_in("step", "Measure"),
        "evaluate": mark_in("step", "Evaluate"),
        "read_console": mark_in("step", "Read the console"),
        "make_credentials": mark_in("step", "Make new credentials"),
        "replace_credentials": mark_in("step", "Replace the former ones"),
        "manual_deliver": mark_in("step", "Deliver and install"),
        "manual_set_up": mark_in("step", "Set up"),
        "manual_change": mark_in("step", "Change or move"),
        "manual_collect": mark_in("step", "Collect"),
        "manual_take_down": mark_in("step", "Take down"),
        "manual_note": mark_in("step", "Note it"),
    },
    "step",
)
"""By the steps' keys."""
MESSAGES = Texts(
    {
        "done": mark_in("work", "Done"),
        "done_already": mark_in("work", "Done already"),
        "in_progress": mark_in("work", "In progress"),
        "trying_again": mark_in("work", "No answer yet; trying again"),
        "taken_back": mark_in("work", "Taken back"),
        "manual_waiting": mark_in("work", "Waits for the provider"),
        "manual_planned": mark_in("work", "Planned by the provider"),
        "manual_done": mark_in("work", "Done by the provider"),
        "manual_noted": mark_in("work", "Noted"),
    },
    "work",
)
CREDENTIALS = Texts(
    {"user_name": mark_in("credential", "User name"), "password": mark_in("credential", "Password")}, "credential"
)
"""By the codes of what a reset hands over."""
FAILURES = Texts(
    {
        "renewal_not_renewable": mark("The subscription has no minimum term, has not started, or ends."),
        "renewal_too_long": mark("The term would end more than 60 months from now."),
        "renewal_not_a_multiple": mark("The months are no whole terms of the plan."),
        "renewal_term_changed": mark("The term or the plan was changed meanwhile."),
        "unanswered": mark("The infrastructure does not answer."),
        "begun_too_often": mark("The step was begun too often without coming to an end."),
        "simulator_refused": mark("The simulated infrastructure refused step %(step)s, as its options say."),
        "manual_not_possible": mark("It could not be done: %(reason)s"),
        "simulator_undo_refused": mark("The simulated infrastructure refused to take step %(step)s back."),
    }
)
"""Messages and failures by the codes of what is said."""


def title_of(title: str, key: str | None) -> str:
    """A step's title; ``title`` is the driver's own."""
    return TITLES.get(key or "", title)


def said(text: str | None, code: str | None, values: Mapping[str, int | str]) -> str:
    """What ``code`` and ``values`` say; ``text`` is the driver's own."""
    words = MESSAGES.get(code or "") or FAILURES.get(code or "")
    return say(words, values, otherwise=text or "")

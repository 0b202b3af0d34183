"""What identity keeps of a person, for them. A request for access is told as the person entered it: whether there is
such a workspace is told only to its people."""

from services.identity.access_requests.models import AccessRequest, AskedWorkspace
from services.identity.access_rules.models import AccessRule
from services.identity.erasures.models import Erasure
from services.identity.grants.models import Grant
from services.identity.holders.models import HolderChange
from services.identity.invitations.models import Invitation
from services.identity.moves.models import Move
from services.identity.people.models import OwnDataDownload, User
from services.identity.sessions.models import BrowserSession
from services.identity.sign_in_challenges.models import SignInChallenge
from services.identity.workspaces.models import Workspace
from shared.exports.own_data import EXPORTS
from shared.language import mark
from shared.own_data import REFUSED_ATTEMPTS, OwnRows, OwnTable

ADDRESS = "(SELECT address_key FROM users WHERE id = $1)"

TABLES: tuple[OwnTable, ...] = (
    OwnRows(
        User,
        mark("Your account: your name, your address, your language and your time zone."),
        "id address display_name locale time_zone shortcuts default_workspace_id mail_returned_at registered_at",
        "id = $1",
        personal=True,
    ),
    OwnRows(
        Grant,
        mark("Where you have access, since when, in which role and by whom."),
        "id workspace_id role source holder bill_group_id location_id parent_workspace_id door let_in_by granted_at"
        " last_active_at last_day expires_at given_reason",
        personal=True,
    ),
    OwnRows(
        Workspace,
        mark("The companies that you are a user of, by the ids that other files name."),
        "workspace_id kind slug display_name account_number",
        "workspace_id IN (SELECT workspace_id FROM grants WHERE user_id = $1 AND session_id IS NULL"
        " AND source <> 'link')",
        personal=True,
    ),
    OwnRows(
        BrowserSession,
        mark("Browsers in which you are or were signed in, with their network address."),
        "id browser browser_name operating_system ip acting_workspace_id created_at last_seen_at expires_at ended_at",
        personal=True,
    ),
    OwnRows(
        SignInChallenge,
        mark("Mails to sign in that were asked for with your address."),
        "id state address locale created_at expires_at sent_at",
        f"address_key = {ADDRESS}",
        personal=True,
    ),
    OwnRows(
        Invitation,
        mark("Invitations to you."),
        "id workspace_id address display_name role location_ids state inviter inviter_company sent_at expires_at",
        f"address_key = {ADDRESS}",
    ),
    OwnRows(
        AskedWorkspace,
        mark("Workspaces that you asked for access to, as you entered them."),
        "id name asked_at expires_at withdrawn_at",
        personal=True,
    ),
    OwnRows(
        AccessRequest,
        mark("Your requests for access to workspaces that you are a user of now, with what you wrote."),
        "id workspace_id state message asked_at expires_at decided_at reason",
    ),
    OwnRows(
        AccessRule,
        mark("Rules by which a company's portal admits your address."),
        "id workspace_id bill_group_id kind value added_at",
        f"kind = 'address' AND value = {ADDRESS}",
    ),
    OwnRows(
        HolderChange,
        mark("Changes of the holders of an account that you proposed, agreed to, or were meant by."),
        "id workspace_id slot former_user_id new_user_id state by_provider proposed_by proposed_at seconded_by"
        " expires_at effective_at undo_until ended_at",
        "former_user_id = $1 OR new_user_id = $1 OR proposed_by = $1 OR seconded_by = $1",
    ),
    OwnRows(
        Move,
        mark("Proposals of another seller that you made or answered."),
        "id workspace_id state proposed_by proposed_at ended_by ended_at answer",
        "proposed_by = $1 OR ended_by = $1",
    ),
    OwnRows(
        Erasure,
        mark("That you wanted your account deleted."),
        "id state requested_at due_at ended_at",
        personal=True,
    ),
    OwnRows(
        OwnDataDownload, mark("Downloads of all of your data in the last two days."), "id downloaded_at", personal=True
    ),
    EXPORTS,
    REFUSED_ATTEMPTS,
)

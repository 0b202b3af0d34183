"""The events of identity: workspaces, people, access, contacts."""

from shared.events.identity.access import (
    AccessChanged,
    AccessEvent,
    AccessGranted,
    AccessRevoked,
    OnBehalfEnded,
    OnBehalfStarted,
)
from shared.events.identity.access_requests import (
    AccessRequestApproved,
    AccessRequestDenied,
    AccessRequested,
    AccessRequestEvent,
    AccessRequestExpired,
    AccessRequestWithdrawn,
)
from shared.events.identity.access_rules import AccessRuleAdded, AccessRuleEvent, AccessRuleRemoved
from shared.events.identity.base import IdentityEvent, PersonEvent
from shared.events.identity.branding import BrandChanged
from shared.events.identity.contacts import ContactAdded, ContactChanged, ContactEvent, ContactRemoved
from shared.events.identity.invitations import (
    InvitationAccepted,
    InvitationDeclined,
    InvitationEvent,
    InvitationRevoked,
    InvitationSent,
)
from shared.events.identity.others import AttemptRefused, ExportDownloaded, ExportMade, OperatorCommandRun
from shared.events.identity.people import SessionEnded, UserRegistered, UserSignedIn, UserUpdated
from shared.events.identity.previews import PreviewEnded, PreviewOpened
from shared.events.identity.workspaces import WorkspaceConnected, WorkspaceCreated, WorkspaceEvent, WorkspaceUpdated

__all__ = [
    "AccessChanged",
    "AccessEvent",
    "AccessGranted",
    "AccessRequestApproved",
    "AccessRequestDenied",
    "AccessRequestEvent",
    "AccessRequestExpired",
    "AccessRequestWithdrawn",
    "AccessRequested",
    "AccessRevoked",
    "AccessRuleAdded",
    "AccessRuleEvent",
    "AccessRuleRemoved",
    "AttemptRefused",
    "BrandChanged",
    "ContactAdded",
    "ContactChanged",
    "ContactEvent",
    "ContactRemoved",
    "ExportDownloaded",
    "ExportMade",
    "IdentityEvent",
    "InvitationAccepted",
    "InvitationDeclined",
    "InvitationEvent",
    "InvitationRevoked",
    "InvitationSent",
    "OnBehalfEnded",
    "OnBehalfStarted",
    "OperatorCommandRun",
    "PersonEvent",
    "PreviewEnded",
    "PreviewOpened",
    "SessionEnded",
    "UserRegistered",
    "UserSignedIn",
    "UserUpdated",
    "WorkspaceConnected",
    "WorkspaceCreated",
    "WorkspaceEvent",
    "WorkspaceUpdated",
]

"""What refuses to show, rotate, revoke or activate a licence."""

from typing import ClassVar

from shared.errors import PRESENT_STATE, Conflict, Forbidden, Problem, TooManyRequests


class LicenceNotValid(Conflict):
    """The licence was revoked, or its service is deleted; to be activated, it must not be on hold either. ``state`` is
    its current state."""

    title = "The licence is not valid"
    members = PRESENT_STATE


class LicenceNotRevoked(Conflict):
    """Only a revoked licence can be reinstated. ``state`` is its current state."""

    title = "The licence is not revoked"
    members = PRESENT_STATE


class KeyNotGenuine(Problem):
    """The licence key was not signed here: it is incomplete, was changed, or belongs to somebody else's software."""

    status = 422
    title = "This is no licence key of ours"


class KeyReplaced(Forbidden):
    """The licence has a newer key, and this one is revoked. Copy the present one."""

    title = "This licence key was replaced"


class ActivationLimitReached(Conflict):
    """As many machines use the licence as it is for. Release one first. ``limit`` is their number."""

    title = "The licence is used on all its machines"
    members: ClassVar = {"limit": {"type": "integer"}}


class TooManyLicenceCalls(TooManyRequests):
    """A licence can be activated and checked a hundred times within a minute, by all its machines together."""

    title = "Too many calls for this licence"

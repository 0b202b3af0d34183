from typing import Annotated

from fastapi import Depends
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.current_settings import current_settings
from shared.secrets import FernetKeys, SecretList
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="IDENTITY_", extra="ignore")

    service: str = "identity"
    key_secret: SecretList
    """Encrypts the private signing keys at rest."""
    mail_key: FernetKeys
    """Encrypts secret mails. Only identity and notifications have it."""
    portals: bool = True
    """Whether the portals of bill groups can be opened at all; each bill group has a switch of its own besides. Off:
    nobody signs in through an access rule, and whoever did is let go of."""
    sign_ins_per_address: int = Field(5, ge=1)
    """Challenges for one address from one network in 15 minutes."""
    sign_ins_per_network: int = Field(20, ge=1)
    """Challenges from one network in 15 minutes: an IPv4 address, or an IPv6 network of 64 bits."""
    sign_in_mails_per_hour: int = Field(40, ge=2)
    """Sign-in mails to one mailbox in an hour. Half of them are kept for networks that it has signed in from."""
    wrong_codes_per_day: int = Field(20, ge=5)
    """Wrong codes for one address in a day, over all mails. Then only links work."""
    invitations_per_mailbox: int = Field(5, ge=1)
    """Invitation mails to one mailbox in a day, from all workspaces, without those that were accepted."""
    open_invitations: int = Field(200, ge=1)
    """Invitations of one workspace that are pending, or were sent within a day and not accepted."""
    open_access_requests: int = Field(10, ge=1)
    """Requests for access of one person that nobody has answered."""
    access_requests_per_day: int = Field(20, ge=1)
    """Requests for access of one person in a day, whatever came of them."""


CurrentSettings = Annotated[Settings, Depends(current_settings)]

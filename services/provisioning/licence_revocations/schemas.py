from uuid import UUID

from shared.schemas import Read


class RevocationsRead(Read):
    """A part of the list of revoked licence keys of a product."""

    document: str
    """A compact JSON Web Signature of the type ``licence-revocations``. It says the ``product``, after which licence
    this part begins (``after``) and after which the next one does (``next``, null in the last part), when it was made
    (``issued_at``, in real time), and as ``revoked`` for each licence up to which generation its keys are revoked."""
    next: UUID | None
    """Ask for what comes ``after`` this. Null: this is the last part."""

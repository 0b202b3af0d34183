from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.billing.bill_groups.paying import PayingIsOff
from services.billing.gateways.choosing import PaymentsNotSetUp
from services.billing.gateways.endpoints import CurrentGateway
from services.billing.gateways.links import ForeignReturnUrl, Links
from services.billing.payment_methods import service
from services.billing.payment_methods.listing import list_methods
from services.billing.payment_methods.schemas import (
    AutoPayRead,
    AutoPaySet,
    PaymentMethodBegun,
    PaymentMethodCreate,
    PaymentMethodRead,
    PaymentMethodsQuery,
)
from services.billing.payment_methods.service import (
    AutoPayNeedsMethod,
    DefaultMethodNeeded,
    MethodNotActive,
    TooManyMethods,
)
from services.billing.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import Invalid, NotFound
from shared.idempotency import Once
from shared.pages import json_response
from shared.reads import Reader

router = Router("billing", "payment-methods")


@router.get("", guard=allow("payment_method.view"), response_model=list[PaymentMethodRead])
async def list_payment_methods(read: Reader, query: Annotated[PaymentMethodsQuery, Query()]) -> Response:
    """The saved payment methods, the default ones first."""  # (O24)
    return json_response(await list_methods(read, query))


@router.post(
    "",
    guard=allow("payment_method.manage"),
    status_code=201,
    problems=(NotFound, Invalid, ForeignReturnUrl, TooManyMethods, PaymentsNotSetUp, PayingIsOff),
)
async def begin_payment_method(
    body: PaymentMethodCreate, session: Session, access: CurrentAccess, settings: CurrentSettings,
    gateway: CurrentGateway, now: RealNow, once: Once,
) -> PaymentMethodBegun:  # fmt: skip
    """Begin to save a card or an account. It is entered at the gateway, and never reaches Portico."""  # (O7, O25, K3)

    async def begin() -> PaymentMethodBegun:
        return_url = Links.of(settings).check_return_url(body.return_url)
        method, address = await service.begin_method(
            session, settings, gateway, access.workspace_id, body.bill_group_id, body.kind, body.label, return_url,
            now=now,
        )  # fmt: skip
        return PaymentMethodBegun(id=method.id, setup_url=address)

    return await once(body, PaymentMethodBegun, begin)


@router.put("/{method_id}/default", guard=allow("payment_method.manage"), problems=(NotFound, MethodNotActive))
async def choose_default(method_id: UUID, session: Session, access: CurrentAccess) -> PaymentMethodRead:
    """Charge this method from now on."""  # (O18)
    return PaymentMethodRead.model_validate(await service.set_default(session, access.workspace_id, method_id))


@router.delete(
    "/{method_id}",
    guard=allow("payment_method.manage"),
    status_code=204,
    problems=(NotFound, DefaultMethodNeeded),
)
async def remove_payment_method(method_id: UUID, session: Session, access: CurrentAccess) -> Response:
    """Remove a method here and at the gateway. The default one stays while auto-pay is on or an invoice is open."""
    await service.remove_method(session, access.workspace_id, method_id)  # (D17)
    return Response(status_code=204)


@router.put(
    "/auto-pay/{bill_group_id}",
    guard=allow("payment_method.manage"),
    problems=(NotFound, AutoPayNeedsMethod, PayingIsOff),
)
async def set_auto_pay(
    bill_group_id: UUID, body: AutoPaySet, session: Session, access: CurrentAccess, settings: CurrentSettings
) -> AutoPayRead:
    """Switch auto-pay of a bill group. While it is on, each invoice is charged on its due date, and those that are due
    already at once. While paying online is switched off, it waits, and cannot be switched on."""  # (O14)
    group = await service.set_auto_pay(session, settings, access.workspace_id, bill_group_id, on=body.on)
    return AutoPayRead(bill_group_id=group.id, on=group.auto_pay)

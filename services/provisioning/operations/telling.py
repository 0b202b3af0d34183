"""What events say of an operation."""

from typing import Any

from services.provisioning.operations.models import Operation
from services.provisioning.services.models import Service
from services.provisioning.states import OperationState
from shared.events.provisioning import OperationEnded, OperationProgressed

LIVE = (OperationState.queued, OperationState.running)


def about(operation: Operation, service: Service) -> dict[str, Any]:
    """The fields of every event about an operation that belongs to no order."""
    return {
        "workspace_id": operation.workspace_id,
        "parent_workspace_id": operation.parent_workspace_id,
        "subject_version": operation.version,
        "operation_id": operation.id,
        "service_id": service.id,
        "bill_group_id": service.bill_group_id,
        "display_name": service.display_name,
        "verb": operation.verb,
    }


def told_of(operation: Operation, service: Service) -> OperationEnded | OperationProgressed:
    """How it goes on, or how it has ended."""
    fields = about(operation, service)
    if operation.state in LIVE:
        return OperationProgressed.model_validate(fields | {"step": operation.step, "steps": operation.steps})
    why: dict[str, Any] = {}
    if operation.state == OperationState.failed:
        why = {"reason": operation.message, "reason_code": operation.message_code}
        why["reason_values"] = operation.message_values
    return OperationEnded.model_validate(fields | {"outcome": operation.state} | why)

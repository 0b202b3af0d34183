"""What provisioning keeps of a person, for them: what they ordered, decided, answered and downloaded."""

from services.provisioning.downloads.models import Download
from services.provisioning.manual_tasks.models import ManualTask
from services.provisioning.operations.models import Operation
from services.provisioning.orders.models import Order
from services.provisioning.releases.models import ReleaseFile
from services.provisioning.services.models import Service
from shared.exports.own_data import EXPORTS
from shared.language import mark
from shared.own_data import REFUSED_ATTEMPTS, OwnRows, OwnTable

BY = "begun_by_address begun_via"

TABLES: tuple[OwnTable, ...] = (
    OwnRows(
        Order,
        mark("Orders that you placed, with what you wrote."),
        "id workspace_id bill_group_id location_id number kind display_name quantity state message wanted_on placed_at"
        f" {BY}",
        "begun_by = $1",
    ),
    OwnRows(
        Order,
        mark("Orders of others that you decided, with your reason."),
        "id workspace_id bill_group_id location_id number kind display_name state reason decided_at decided_by_address",
        "decided_by = $1",
        named="decided_orders",
    ),
    OwnRows(
        Operation,
        mark("Work on services that you began or cancelled."),
        "id workspace_id service_id order_id verb state started_at ended_at begun_by cancelled_by begun_via",
        "begun_by = $1 OR cancelled_by = $1",
    ),
    OwnRows(
        Service,
        mark("Services that you cancelled."),
        "id workspace_id bill_group_id location_id display_name state ends_on",
        "cancelled_by = $1",
    ),
    OwnRows(
        ManualTask,
        mark("Work done by hand that you answered for, with your reason."),
        "operation_id workspace_id service_id order_id order_number state reason ended_at answered_by_address",
        "answered_by = $1",
    ),
    OwnRows(
        ReleaseFile,
        mark("Files of releases that you added."),
        f"id workspace_id release_id name size state {BY}",
        "begun_by = $1",
    ),
    OwnRows(
        Download,
        mark("Downloads of releases that you began lately."),
        "id workspace_id release_id file_id began_at",
    ),
    EXPORTS,
    REFUSED_ATTEMPTS,
)

"""The companies and people of the demo. Days are in business time, counted back from the day on which it is loaded."""

from dataclasses import dataclass, field
from typing import Any

FIRST_DAY = 75


@dataclass(frozen=True)
class Contact:
    address: str
    name: str


ROBIN = Contact("robin@larkspur.example", "Robin Larkspur")
ANA = Contact("ana@meridian.example", "Ana Oliveira")
TOM = Contact("tom@meridian.example", "Tom Becker")
OPERATIONS = Contact("ops@meridian.example", "Meridian Operations")
LOST = Contact("plant@unreachable.example", "Plant Office")
"""A contact of the provider's own customer. The mail catcher refuses the mailbox."""

PROVIDER_NAME, PROVIDER_SLUG = "Larkspur Cloud", "larkspur"
PARTNER_NAME = "Meridian Partners"
PROVIDER_FACE: dict[str, Any] = {
    "support_address": "support@larkspur.example",
    "support_phone": "+31 20 555 01 00",
    "support_hours": "Mon to Fri, 8 to 20 (CET)",
    "emergency_phone": "+31 20 555 01 99",
    "postal_lines": ["Larkspur Cloud B.V.", "14 Observatory Lane", "1012 AB Amsterdam", "Netherlands"],
}
PARTNER_FACE: dict[str, Any] = {
    "support_address": "help@meridian.example",
    "support_phone": "+44 20 5550 0142",
    "support_hours": "Mon to Fri, 9 to 17 (London)",
    "postal_lines": ["Meridian Partners Ltd", "3 Compass Yard", "London E1 8XX", "United Kingdom"],
}
"""How each helps its customers, and its postal address."""


@dataclass(frozen=True)
class Order:
    """``days_ago``: when it is placed. ``ends``: its final state; one order fails, for the provider's staff to see."""

    days_ago: int
    product: str
    name: str
    configuration: dict[str, Any]
    plan: str = "Monthly"
    quantity: int = 1
    ends: str = "fulfilled"
    part_of: str = ""
    """The name of the service that an add-on is for."""


@dataclass(frozen=True)
class Customer:
    """``admin`` None: no address is on file yet. ``last_seen``: how many days ago the admin last signed in; None: they
    were invited and have not accepted yet. ``pays``: whether the admin pays open invoices. ``direct``: whether it buys
    from the provider itself instead of the partner."""

    name: str
    admin: Contact | None = None
    last_seen: int | None = None
    street: str = ""
    city: str = ""
    orders: tuple[Order, ...] = field(default=())
    pays: bool = True
    direct: bool = False


def port(days_ago: int, location: str, name: str, plan: str = "Monthly", quantity: int = 1) -> Order:
    configuration = {"location": location, "speed_gbps": 10, "term_months": 12}
    return Order(days_ago, "port-10g", name, configuration, plan, quantity)


def small_port(days_ago: int, location: str, name: str) -> Order:
    return Order(days_ago, "port-1g", name, {"location": location, "speed_gbps": 1, "term_months": 12})


def circuit(days_ago: int, a_end: str, z_end: str, mbps: int, name: str) -> Order:
    return Order(days_ago, "virtual-circuit", name, {"a_end": a_end, "z_end": z_end, "bandwidth_mbps": mbps})


def cloud(days_ago: int, name: str, location: str, mbps: int) -> Order:
    configuration = {"cloud": name, "location": location, "bandwidth_mbps": mbps}
    return Order(days_ago, "cloud-hosted", f"{name} in {location.upper()}", configuration)


def node(
    days_ago: int, hostname: str, location: str, cores: int, memory: int, quantity: int = 1, plan: str = "Monthly"
) -> Order:
    size = {"cpu_cores": cores, "memory_gb": memory, "storage_tb": 4}
    return Order(
        days_ago, "compute-node", hostname, {"hostname": hostname, "location": location, **size}, plan, quantity
    )


def backup(days_ago: int, hostname: str) -> Order:
    return Order(days_ago, "daily-backup", "Nightly copy", {"hour": 2}, part_of=hostname)


FIBRE = Order(
    0, "dark-fibre", "Fibre to the clinic", {"location": "ams", "street": "12 Harbour Row, Rotterdam"},
    ends="awaiting_acknowledgement",
)  # fmt: skip
"""Waits for the provider."""
CUSTOMERS = (
    Customer("Northwind Logistics"),
    Customer("Saltmarsh Press", Contact("nora@saltmarsh.example", "Nora Finch")),
    Customer(
        "Verdigris Studio",
        Contact("luc@verdigris.example", "Luc Moreau"),
        last_seen=75,
        street="4 Quai des Tanneurs",
        city="Lyon",
    ),
    Customer(
        "Halcyon Health",
        Contact("priya@halcyon.example", "Priya Nair"),
        last_seen=0,
        street="12 Harbour Row",
        city="Rotterdam",
        orders=(
            port(74, "ams", "Amsterdam main"),
            port(74, "fra", "Frankfurt main"),
            circuit(74, "ams", "fra", 2000, "Ring east"),
            cloud(59, "Nimbus", "ams", 1000),
            node(29, "records-1", "ams", 32, 128, quantity=2),
            backup(14, "records-1"),
            FIBRE,
        ),
    ),
    Customer(
        "Brightwater Media",
        Contact("elena@brightwater.example", "Elena Rossi"),
        last_seen=2,
        street="88 Canal Street",
        city="London",
        orders=(
            port(74, "lon", "Studio A"),
            circuit(74, "lon", "par", 5000, "Playout Paris"),
            cloud(74, "Stratus", "lon", 500),
            node(44, "render-1", "lon", 64, 256, quantity=3, plan="Monthly in arrears"),
            Order(2, "test-port", "Line to the trade fair", {"location": "lon"}, ends="failed"),
        ),
    ),
    Customer(
        "Kestrel Insurance Group",
        Contact("daniel@kestrel.example", "Daniel Kim"),
        last_seen=6,
        street="1 Falcon Square",
        city="Frankfurt",
        orders=(
            port(74, "fra", "Data centre 1", plan="Yearly", quantity=2),
            port(74, "par", "Data centre 2", plan="Yearly"),
            circuit(59, "fra", "par", 10000, "Replication"),
            cloud(59, "Cirrus", "fra", 1000),
            cloud(29, "Nimbus", "par", 500),
        ),
    ),
    Customer(
        "Tiller Robotics",
        Contact("mei@tiller.example", "Mei Tan"),
        last_seen=14,
        street="7 Werfstraat",
        city="Delft",
        orders=(node(59, "sim-1", "ams", 16, 64), small_port(59, "ams", "Lab uplink")),
        pays=False,
    ),
    Customer(
        "Osei & Daughters Imports",
        Contact("ama@osei.example", "Ama Osei"),
        last_seen=29,
        street="31 Spice Wharf",
        city="London",
        orders=(small_port(44, "lon", "Warehouse"),),
    ),
    Customer(
        "Alder Foundry",
        Contact("paula@alder.example", "Paula Brandt"),
        last_seen=6,
        street="3 Giessereiweg",
        city="Chemnitz",
        orders=(port(59, "fra", "Foundry uplink"), node(29, "plm-1", "fra", 16, 64)),
        direct=True,
    ),
    Customer(
        "Fjord Analytics",
        Contact("ingrid@fjord.example", "Ingrid Dahl"),
        last_seen=6,
        street="9 Havnegata",
        city="Bergen",
        orders=(port(6, "ams", "First port"), node(6, "etl-1", "ams", 32, 128)),
    ),
)

ASKED_BY_TOM = {"workspace": "halcyon-health", "message": "I look after your circuits at Meridian."}
MARA = Contact("mara@halcyon.example", "Mara Lindqvist")
ASKS_FOR = node(0, "imaging-1", "fra", 16, 64)
WHY = "The imaging team starts in Frankfurt next month."
"""What Mara, who has to ask, wants at Halcyon Health, and what she wrote to those who decide."""
SIGN_IN_HINTS = {
    ANA.address: f"admin of {PARTNER_NAME}, a reseller",
    TOM.address: f"works at {PARTNER_NAME}, may see no customer yet",
    "priya@halcyon.example": "admin of Halcyon Health, one of its customers",
    MARA.address: "member there, whose orders wait for approval",
    ROBIN.address: f"admin of {PROVIDER_NAME}, who runs this installation",
}

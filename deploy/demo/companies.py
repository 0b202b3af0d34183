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
    "sales_name": "Larkspur sales team",
    "sales_address": "sales@larkspur.example",
    "sales_phone": "+31 20 555 01 20",
    "postal_lines": ["Larkspur Cloud B.V.", "14 Observatory Lane", "1012 AB Amsterdam", "Netherlands"],
}
PARTNER_FACE: dict[str, Any] = {
    "support_address": "help@meridian.example",
    "support_phone": "+44 20 5550 0142",
    "support_hours": "Mon to Fri, 9 to 17 (London)",
    "sales_name": "Ella Marsh",
    "sales_address": "sales@meridian.example",
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
    machines: tuple[str, ...] = ()
    """The machines that use its licence."""


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
GATEWAY = Order(
    6, "harbour-gateway", "Gateway of the foundry", {"edition": "Enterprise", "high_availability": True}, plan="Yearly",
    quantity=3, machines=("gw-hall-1", "gw-hall-2"),
)  # fmt: skip
"""Software that the customer runs itself, on two of three machines."""
MONITORING = Order(6, "hosted-monitoring", "Foundry watch", {"region": "Europe"}, plan="Yearly")
"""A cloud subscription, which Mei adds to."""
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
        orders=(port(59, "fra", "Foundry uplink"), node(29, "plm-1", "fra", 16, 64), GATEWAY, MONITORING),
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
NOOR = Contact("noor@halcyon.example", "Noor Visser")
CLINICS: tuple[dict[str, Any], ...] = (
    {
        "display_name": "Rotterdam clinic", "street": "12 Harbour Row", "postal_code": "3011 AA", "city": "Rotterdam",
        "country": "NL", "contact_name": NOOR.name, "contact_address": NOOR.address,
    },
    {
        "display_name": "Utrecht clinic", "street": "5 Cloister Lane", "postal_code": "3511 AB", "city": "Utrecht",
        "country": "NL", "contact_name": "Sam de Boer", "contact_address": "sam@halcyon.example",
    },
)  # fmt: skip
"""Locations of Halcyon Health. Noor has signed up for the first one; nobody for the other."""
CLINIC_UPLINK = small_port(0, "ams", "Clinic uplink")
GATEWAYS = tuple(
    Order(0, "edge-gateway", f"Edge gateway, {place}", {"mounting": mounting}, ends="provisioning")
    for place, mounting in (("reception", "Wall"), ("laboratory", "Rack"), ("pharmacy", "Desk"))
)
"""Assets that Noor asks for. Robin has brought the first one, and planned the second."""
GATEWAY_WISH = "Deliveries ring at the harbour side, please."
SERIAL_NUMBER = "LKG-48213"
WISHES = (
    "Two fibre pairs from Frankfurt to our new site in Offenbach, from March on.\nCan you do better than the list"
    " price for three years?",
    "One fibre pair from Amsterdam to the Rotterdam clinic.",
    "A second route to the archive in Haarlem.",
)
QUOTED: tuple[dict[str, Any], ...] = (
    {"configuration": {"location": "ams", "street": "12 Harbour Row, Rotterdam"}, "display_name": "Rotterdam fibre",
     "recurring_minor": 112_000, "one_off_minor": 390_000, "term_months": 36},
    {"configuration": {"location": "ams", "street": "9 Canal View, Haarlem"}, "display_name": "Haarlem fibre",
     "recurring_minor": 98_500, "one_off_minor": 240_000, "term_months": 24},
)  # fmt: skip
"""Lines that staff offer, without their plan."""
QUOTE_TERMS = "The route is surveyed within two weeks. Digging on your ground is yours to permit."
QUOTE_MESSAGE = "We can start in the second week of next month. Does that suit you?"
QUOTE_NOTE = "They also asked Harbour Fibre. We can go down to 1,050 for five years."
WHO_ACCEPTS = "Priya Nair"
"""Of the quotes of Halcyon Health."""
PLAN_NOTE = "Two of us come between 9 and 12."
PAULA, MEI, OTTO = "paula@alder.example", "mei@tiller.example", Contact("otto@alder.example", "Otto Lang")
"""The holders of Alder Foundry, and an additional user there, who is the admin of Tiller Robotics."""
SIGN_IN_HINTS = {
    ANA.address: f"admin of {PARTNER_NAME}, a reseller",
    TOM.address: f"works at {PARTNER_NAME}, may see no customer yet",
    PAULA: "primary holder of Alder Foundry, which runs software with licences",
    OTTO.address: "its alternate holder; mei@tiller.example is an additional user there",
    "priya@halcyon.example": "admin of Halcyon Health, one of its customers",
    MARA.address: "member there, whose orders wait for approval",
    NOOR.address: "looks after one of its locations, and sees that alone",
    ROBIN.address: f"admin of {PROVIDER_NAME}, who runs this installation",
}

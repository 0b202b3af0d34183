"""What Larkspur Cloud sells."""

from dataclasses import dataclass, field
from typing import Any

SITES = (
    {"key": "ams", "display_name": "Amsterdam", "city": "Amsterdam", "country": "NL", "latitude": 52.37,
     "longitude": 4.9},
    {"key": "fra", "display_name": "Frankfurt", "city": "Frankfurt", "country": "DE", "latitude": 50.11,
     "longitude": 8.68},
    {"key": "lon", "display_name": "London", "city": "London", "country": "GB", "latitude": 51.51,
     "longitude": -0.13},
    {"key": "par", "display_name": "Paris", "city": "Paris", "country": "FR", "latitude": 48.86, "longitude": 2.35},
)  # fmt: skip
HOSTS = {
    "rack-1": {"cpu_cores": 512, "memory_gb": 2048, "storage_gb": 200_000},
    "rack-2": {"cpu_cores": 512, "memory_gb": 2048, "storage_gb": 200_000},
    "switch-1": {"ports": 48, "bandwidth_mbps": 480_000},
}
"""What each site has. The second rack in Amsterdam is in maintenance."""
IN_MAINTENANCE = "ams-rack-2"
PORT_NEEDS: dict[str, Any] = {"ports": 1, "bandwidth_mbps": "speed_gbps * 1000"}
NODE_NEEDS: dict[str, Any] = {
    "cpu_cores": "cpu_cores", "memory_gb": "memory_gb", "storage_gb": "storage_tb * 1000",
}  # fmt: skip

CIRCUIT: dict[str, Any] = {
    "product": "cloud-circuit",
    "plans": ["Monthly"],
    "copied": {"location": "location", "bandwidth_mbps": "bandwidth_mbps"},
}
"""What a hosted connection brings along."""
CITIES = {"ams": "Amsterdam", "fra": "Frankfurt", "lon": "London", "par": "Paris"}

LOCATION = {"title": "Location", "oneOf": [{"const": key, "title": name} for key, name in CITIES.items()]}
TERM = {"title": "Term in months", "enum": [1, 12, 24, 36], "default": 12, "description": "Renewed until cancelled."}


def differ(one: str, other: str, sentence: str) -> dict[str, Any]:
    """The rule that two locations are not the same, with what people read who break it."""
    same = [{"properties": {one: {"const": city}, other: {"const": city}}, "required": [one, other]} for city in CITIES]
    return {"description": sentence, "not": {"anyOf": same}}


@dataclass(frozen=True)
class Plan:
    name: str
    recurring_minor: int
    one_off_minor: int = 0
    interval_months: int = 1
    terms: dict[str, list[int]] = field(default_factory=dict)
    term_months: int = 0
    may_pause: bool = False
    billed: str = "in_advance"
    field_prices: dict[str, int] = field(default_factory=dict)

    def as_body(self, product_id: str) -> dict[str, Any]:
        prices = {"recurring_minor": self.recurring_minor, "one_off_minor": self.one_off_minor}
        body = {"product_id": product_id, "display_name": self.name, "currency": "EUR", "terms": self.terms}
        return body | prices | {
            "interval_months": self.interval_months, "term_months": self.term_months, "may_pause": self.may_pause,
            "billed": self.billed, "field_prices": self.field_prices,
        }  # fmt: skip


@dataclass(frozen=True)
class Product:
    key: str
    name: str
    kind: str
    description: str
    properties: dict[str, Any]
    required: tuple[str, ...]
    plans: tuple[Plan, ...]
    driver_options: dict[str, Any] = field(default_factory=lambda: {"step_seconds": 1})
    more: dict[str, Any] = field(default_factory=dict)
    rules: tuple[dict[str, Any], ...] = ()

    def as_body(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "object", "properties": self.properties, "required": list(self.required)}
        if self.rules:
            schema["allOf"] = list(self.rules)
        return {
            "key": self.key,
            "display_name": self.name,
            "kind": self.kind,
            "description": self.description,
            "configuration_schema": schema | {"additionalProperties": False},
            "driver": "simulator",
            "driver_options": self.driver_options,
            **self.more,
        }


PRODUCTS = (
    Product(
        key="port-10g",
        name="10 Gbps port",
        kind="port",
        description="A physical port in one of our sites. It enters billing 15 days after it is handed over.",
        properties={
            "location": LOCATION,
            "speed_gbps": {"title": "Speed in Gbps", "type": "integer", "enum": [10], "default": 10},
            "term_months": TERM,
            "diverse_path": {
                "title": "Second, diverse path",
                "type": "boolean",
                "default": False,
                "description": "Enters the building on another side than your other ports.",
            },
        },
        required=("location", "speed_gbps", "term_months"),
        plans=(
            Plan("Monthly", 85_000, one_off_minor=50_000),
            Plan("Yearly", 918_000, interval_months=12, terms={"term_months": [12, 24, 36]}),
        ),
        more={"needs": PORT_NEEDS},
    ),
    Product(
        key="port-1g",
        name="1 Gbps port",
        kind="port",
        description="A physical port for a branch office or a backup.",
        properties={
            "location": LOCATION,
            "speed_gbps": {"title": "Speed in Gbps", "type": "integer", "enum": [1], "default": 1},
            "term_months": TERM,
        },
        required=("location", "speed_gbps", "term_months"),
        plans=(Plan("Monthly", 24_000, one_off_minor=25_000),),
        more={"needs": PORT_NEEDS},
    ),
    Product(
        key="virtual-circuit",
        name="Virtual circuit",
        kind="virtual_circuit",
        description="A private layer 2 connection between two of our sites.",
        properties={
            "a_end": LOCATION | {"title": "From"},
            "z_end": LOCATION | {"title": "To"},
            "bandwidth_mbps": {
                "title": "Bandwidth in Mbps",
                "type": "integer",
                "minimum": 50,
                "maximum": 10_000,
                "multipleOf": 50,
                "default": 500,
            },
            "vlan": {"title": "VLAN", "type": "integer", "minimum": 2, "maximum": 4094},
        },
        required=("a_end", "z_end", "bandwidth_mbps"),
        plans=(Plan("Monthly", 19_500),),
        more={"max_quantity": 1},
        rules=(differ("a_end", "z_end", "A circuit connects two different sites: choose another one than in From."),),
    ),
    Product(
        key="cloud-circuit",
        name="Cloud circuit",
        kind="virtual_circuit",
        description="The private way between your port and a public cloud.",
        properties={
            "location": LOCATION,
            "bandwidth_mbps": {"title": "Bandwidth in Mbps", "enum": [50, 100, 500, 1000], "default": 100},
        },
        required=("location", "bandwidth_mbps"),
        plans=(Plan("Monthly", 3_000),),
    ),
    Product(
        key="cloud-hosted",
        name="Hosted cloud connection",
        kind="cloud_connection",
        description="Reach a public cloud over one of your ports, with a virtual circuit of its own.",
        properties={
            "cloud": {"title": "Cloud", "enum": ["Nimbus", "Stratus", "Cirrus"]},
            "location": LOCATION,
            "bandwidth_mbps": {"title": "Bandwidth in Mbps", "enum": [50, 100, 500, 1000], "default": 100},
        },
        required=("cloud", "location", "bandwidth_mbps"),
        plans=(Plan("Monthly", 11_000),),
        more={"connection": "hosted", "brings": [CIRCUIT]},
    ),
    Product(
        key="compute-node",
        name="Compute node",
        kind="node",
        description="A dedicated server, installed and connected within minutes.",
        properties={
            "hostname": {"title": "Host name", "type": "string", "pattern": "^[a-z][a-z0-9-]{0,30}$", "maxLength": 31},
            "location": LOCATION,
            "cpu_cores": {"title": "CPU cores", "enum": [8, 16, 32, 64], "default": 16},
            "memory_gb": {"title": "Memory in GB", "enum": [32, 64, 128, 256], "default": 64},
            "storage_tb": {"title": "Storage in TB", "type": "integer", "minimum": 1, "maximum": 32, "default": 2},
        },
        required=("hostname", "location", "cpu_cores", "memory_gb", "storage_tb"),
        plans=(
            Plan("Monthly", 31_900, may_pause=True),
            Plan(
                "Monthly by size",
                9_900,
                may_pause=True,
                field_prices={"cpu_cores": 900, "memory_gb": 90, "storage_tb": 800},
            ),
            Plan("Monthly in arrears", 33_400, billed="in_arrears", may_pause=True),
            Plan("Yearly", 344_500, interval_months=12, term_months=12, may_pause=True),
        ),
        more={"needs": NODE_NEEDS},
    ),
    Product(
        key="daily-backup",
        name="Daily backup",
        kind="cloud_subscription",
        description="A copy of a node each night, kept for 30 days at another site.",
        properties={
            "hour": {"title": "Hour of the night", "enum": [0, 1, 2, 3, 4, 5], "default": 2, "description": "UTC."},
        },
        required=("hour",),
        plans=(Plan("Monthly", 2_900),),
        more={"max_quantity": 1, "add_on_to": ["compute-node"]},
    ),
    Product(
        key="hosted-monitoring",
        name="Hosted monitoring",
        kind="cloud_subscription",
        description="We watch your services from outside, and wake whoever is on call. Users are 5, records 30 days.",
        properties={"region": {"title": "Region", "enum": ["Europe", "North America"], "default": "Europe"}},
        required=("region",),
        plans=(Plan("Yearly", 58_800, interval_months=12, term_months=12), Plan("Monthly", 5_900)),
        more={"max_quantity": 1},
    ),
    Product(
        key="monitoring-users",
        name="More users",
        kind="cloud_subscription",
        description="More people who sign in to the monitoring, in steps of five.",
        properties={"users": {"title": "Further users", "enum": [5, 10, 20, 50], "default": 5}},
        required=("users",),
        plans=(Plan("Monthly by user", 0, field_prices={"users": 300}),),
        more={"max_quantity": 1, "add_on_to": ["hosted-monitoring"]},
    ),
    Product(
        key="monitoring-retention",
        name="Longer retention",
        kind="cloud_subscription",
        description="Records of the monitoring are kept longer than 30 days.",
        properties={"months": {"title": "Months", "enum": [3, 6, 12], "default": 6}},
        required=("months",),
        plans=(Plan("Monthly", 1_900),),
        more={"max_quantity": 1, "add_on_to": ["hosted-monitoring"]},
    ),
    Product(
        key="harbour-gateway",
        name="Harbour Gateway",
        kind="licence",
        description="Our software gateway, which you run yourself. The licence comes with its key and with releases.",
        properties={
            "edition": {"title": "Edition", "enum": ["Standard", "Enterprise"], "default": "Standard"},
            "high_availability": {"title": "High availability", "type": "boolean", "default": False},
        },
        required=("edition",),
        plans=(Plan("Yearly", 118_000, interval_months=12, term_months=12), Plan("Monthly", 11_900)),
        more={"max_quantity": 50},
    ),
    Product(
        key="dark-fibre",
        name="Dark fibre pair",
        kind="asset",
        description="Two fibres of ours for you alone. We look at the route first, and confirm your order within days.",
        properties={
            "location": LOCATION | {"title": "From"},
            "street": {"title": "To this address", "type": "string", "minLength": 5, "maxLength": 100},
        },
        required=("location", "street"),
        plans=(Plan("Monthly", 129_000, one_off_minor=480_000),),
        more={"max_quantity": 4, "needs_acknowledgement": True},
    ),
    Product(
        key="edge-gateway",
        name="Edge gateway",
        kind="asset",
        description="A gateway of ours at your premises. We bring it, connect it, and collect it when you are done.",
        properties={
            "mounting": {"title": "Mounting", "enum": ["Rack", "Wall", "Desk"], "default": "Rack"},
        },
        required=("mounting",),
        plans=(Plan("Monthly", 4_900, one_off_minor=9_000), Plan("Yearly", 52_900, interval_months=12)),
        driver_options={},
        more={"max_quantity": 5, "driver": "manual"},
    ),
    Product(
        key="test-port",
        name="Test port (fails at step 3)",
        kind="port",
        description="Shows what happens when the infrastructure refuses: nothing is billed, and you hear of it.",
        properties={"location": LOCATION},
        required=("location",),
        plans=(Plan("Monthly", 100),),
        driver_options={"step_seconds": 1, "fail_at_step": 3, "fail_times": 1},
    ),
)

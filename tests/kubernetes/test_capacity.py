"""docs/capacity.py: the arithmetic, on figures that are easy to reckon with; and the example values that follow."""

from collections.abc import Iterator

import pytest
import yaml

from deploy.environment import SERVICES
from docs import capacity
from docs.capacity import PER_YEAR, PROCESSES, Chapter, Process, Size
from docs.sizing import capacity as capacity_page
from docs.sizing import values
from tests.kubernetes.rendered import examples, kinds, manifests

SLOW = 2.0
"""The measured machine needs twice the time of the reference."""
EVERYBODY = (*PROCESSES, "postgres", "rabbitmq")


def told(value: float, names: tuple[str, ...] = EVERYBODY) -> tuple[float, str]:
    return value * len(names), ", ".join(f"{name} {value:.2f}" for name in names)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every deed and every list costs each process 20 ms, and leaves 2 KiB in each place; a page costs 4 ms each."""
    figures = {"at rest, processor time per second": told(0), "memory of the processes (RSS)": told(100)}
    for name in (*PER_YEAR, "a list"):
        figures[f"{name}, processor time"] = told(20)
        figures[f"{name}, on disk"] = told(2, (*SERVICES, "files"))
        figures[f"{name}, passing through"] = told(1, SERVICES)
        figures[f"{name}, events"] = told(3, SERVICES)
    pages = {f"{name} / one list": told(4, ("portal", *SERVICES)) for name in ("overview", "users")}
    found = {"customer-year": Chapter(SLOW, figures), "pages": Chapter(SLOW, pages)}
    monkeypatch.setattr(capacity, "chapters", lambda: found)
    capacity.page.cache_clear()
    yield
    capacity.page.cache_clear()


def test_times_are_those_of_the_reference_machine(measured: None) -> None:
    assert capacity.deed("an order", "processor time")["billing"] == 10
    assert capacity.page()["portal"] == 2
    assert capacity.page()["postgres"] == 2 / 10 * 10, "as many lists as the page's time has, at 10 ms each"


def test_cores_are_those_of_the_busiest_hour_with_the_invoices_of_a_month(measured: None) -> None:
    deeds = 72 + 1 + 4 + 12  # sign-ins, joining, orders, payments
    busiest = 100_000 * 4 / (2_000 * 3_600)
    invoices = 100_000 / (4 * 3_600)

    assert capacity.cores(100_000, "audit-worker") == pytest.approx((deeds * busiest + invoices) * 0.010)
    assert capacity.cores(100_000, "portal") == pytest.approx(
        (deeds * busiest + invoices) * 0.010 + 720 * busiest * 0.002
    )


def test_disk_grows_with_customers_and_what_passes_through_with_the_days_that_it_is_kept(measured: None) -> None:
    deeds = 72 + 1 + 4 + 12 + 12

    assert Size(1_000_000).disk_gib("billing") == pytest.approx(1_000_000 * deeds * 2 / 2**20)
    assert Size(1_000_000).passing_gib == pytest.approx(1_000_000 * deeds * 5 * 30 / 365 / 2**20)


def test_events_per_second(measured: None) -> None:
    per_deed = 3 * len(SERVICES)

    expected = per_deed * (89 * 100_000 * 4 / (2_000 * 3_600) + 100_000 / (4 * 3_600))
    assert Size(100_000).events_per_second == pytest.approx(expected)


@pytest.mark.parametrize(
    ("cores", "replicas", "millicores"), [(0.01, 2, 100), (1.3, 2, 950), (1.5, 3, 750), (7, 10, 1000)]
)
def test_a_process_uses_at_most_seven_tenths_of_a_core(cores: float, replicas: int, millicores: int) -> None:
    process = Process("billing", cores, 128, scaled=True)

    assert (process.replicas, process.request_millicores, process.most) == (replicas, millicores, replicas * 2)


def test_connections_are_those_of_all_pools() -> None:
    counted = {name: Process(name, 0, 0, scaled=False).connections for name in ("portal", "audit", "audit-worker")}

    assert counted == {"portal": 0, "audit": 12, "audit-worker": 5 + 3 + 6}


@pytest.mark.parametrize("customers", capacity.SIZES)
def test_the_values_of_a_size_follow_and_helm_takes_them(measured: None, customers: int) -> None:
    size, said = Size(customers), yaml.safe_load(values()[f"values-{customers}.yaml"])

    for process in size.processes:
        one = said["services"][process.name]
        assert one["replicas"] == process.replicas
        assert one["autoscaling"] == {"enabled": size.scaled, "min": process.replicas, "max": process.most}
    parts = said["partitions"].get("audit", {}).get(capacity.DIVIDED, 0)
    assert parts == size.parts
    if parts:
        assert parts >= said["services"]["audit-worker"]["autoscaling"]["max"], "a worker more would have no part"
    assert kinds(manifests(examples()["values"] | said), "Deployment")


def test_the_page_has_a_line_for_each_process_with_its_replicas_and_cores(measured: None) -> None:
    text = capacity_page()

    for name in PROCESSES:
        sizes = [next(each for each in Size(customers).processes if each.name == name) for customers in capacity.SIZES]
        assert f"| {name} | {' | '.join(f'{each.replicas} ({each.cores:.2f})' for each in sizes)} |" in text


def test_without_a_measurement_the_page_says_how_to_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "chapters", dict)

    assert "--only customer-year --write" in capacity_page()
    assert values() == {}

"""How many connections an installation needs."""

import pytest

from deploy.connections import RESERVED, NotANumber, Pools, needed, pools_of, replicas_of
from deploy.environment import SERVICES
from shared.settings import ServiceSettings


def test_the_defaults_are_those_of_the_services() -> None:
    fields = ServiceSettings.model_fields

    assert Pools() == Pools(fields["api_connections"].default, fields["worker_connections"].default)


def test_an_installation_of_one_each_needs_more_than_postgresql_has_by_default() -> None:
    assert needed(replicas_of({}), {}) == 5 * (12 + 14) + 14 + RESERVED == 164


def test_replicas_and_pools_of_the_settings_count() -> None:
    settings = {"BILLING_REPLICAS": "3", "BILLING_API_CONNECTIONS": "10", "PORTICO_WORKER_CONNECTIONS": "4"}

    assert pools_of("billing", settings) == Pools(10, 4)
    assert pools_of("audit", settings) == Pools(6, 4)
    assert replicas_of(settings)["billing"] == 3
    others = 4 * (12 + 4 + 6 + 3)
    assert needed(replicas_of(settings), settings) == others + 3 * 20 + (4 + 10 + 3) + 60 + RESERVED


def test_three_of_each_process_need_what_the_operating_page_says() -> None:
    three = dict.fromkeys((f"{service}{kind}" for service in SERVICES for kind in ("", "-worker")), 3)

    assert needed(three, {}) == 452


@pytest.mark.parametrize("given", ["-1", "many", "3.5", "100000", "٣x"])
def test_a_number_that_is_none_is_named(given: str) -> None:
    with pytest.raises(NotANumber, match="AUDIT_REPLICAS is"):
        replicas_of({"AUDIT_REPLICAS": given})

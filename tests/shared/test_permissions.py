"""The permission table."""

import pytest

from shared.auth.permissions import GrantedRole, permissions_of


@pytest.mark.rule("P20", "P21")
def test_support_sees_services_but_no_money_and_read_only_changes_nothing() -> None:
    support = permissions_of([GrantedRole("support")], "customer", False)
    read_only = permissions_of([GrantedRole("read_only")], "customer", False)

    assert "service.view" in support
    assert not {"money.view", "service.order", "invoice.pay"} & support.keys()
    assert {"service.view", "money.view"} <= read_only.keys()
    assert not {"service.order", "invoice.pay", "contact.edit", "user.invite"} & read_only.keys()


@pytest.mark.rule("P18", "P19")
def test_an_admin_may_do_everything_and_a_regular_user_may_order() -> None:
    admin, regular = (
        permissions_of([GrantedRole("admin")], "partner", False),
        permissions_of([GrantedRole("regular")], "partner", False),
    )

    assert {"user.invite", "customer.link_user", "service.order"} <= admin.keys()
    assert "service.order" in regular
    assert "customer.link_user" not in regular


def test_the_strongest_level_of_several_roles_counts() -> None:
    assert permissions_of([GrantedRole("regular"), GrantedRole("admin")], "customer", False)["audit.view"] == "all"
    assert permissions_of([GrantedRole("admin"), GrantedRole("regular")], "customer", False)["audit.view"] == "all"


def test_permissions_of_parent_workspaces_are_not_given_in_a_customer() -> None:
    assert "customer.list" not in permissions_of([GrantedRole("admin")], "customer", False)

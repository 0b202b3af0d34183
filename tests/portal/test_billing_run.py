"""The provider's staff see which bill groups the billing run left out, and have them billed again."""

from tests.portal.browsing import Visit
from tests.portal.unfinished import PARKED_GROUPS

PAGE = "/provider/larkspur/billing-run"


async def test_staff_see_why_a_group_is_left_out_and_try_it_again(visit: Visit) -> None:
    lars = visit("lars")
    page = await lars.get(PAGE)
    assert "Northwind Logistics" in page.text
    assert "An error, which is in the log" in page.text

    retry = f"{PAGE}/{PARKED_GROUPS[0]['id']}/retry"
    tried = await lars.post(retry, data={"idempotency_key": "a" * 36}, follow_redirects=True)
    again = await lars.post(retry, data={"idempotency_key": "b" * 36})

    assert "The next billing run bills this group again." in tried.text
    assert "Every bill group is billed" in tried.text
    assert again.status_code == 404
    assert "is not left out any more" in again.text

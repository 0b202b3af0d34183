"""All that a service keeps of a person, for that person. Each service names in its ``own_data/`` the tables that have
something of people, and what of their rows is for them."""

from shared.own_data.tables import MOST, REFUSED_ATTEMPTS, OwnList, OwnRows, OwnTable, Reading, Row, paged

__all__ = ["MOST", "REFUSED_ATTEMPTS", "OwnList", "OwnRows", "OwnTable", "Reading", "Row", "paged"]

"""A site in hot reads."""

COLUMNS = "id::text, key, display_name, city, country, latitude, longitude"
SITE = (
    "(SELECT json_build_object('id', s.id, 'key', s.key, 'display_name', s.display_name, 'city', s.city,"
    " 'country', s.country, 'latitude', s.latitude, 'longitude', s.longitude)"
    " FROM sites s WHERE s.id = {of}.site_id) AS site"
)
"""A column with the shape of `SiteRead`, of a row with a ``site_id``; null without one."""

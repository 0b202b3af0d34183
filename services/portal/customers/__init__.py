"""A parent workspace's customers: the list, their invitations, and who of the team may work for them."""

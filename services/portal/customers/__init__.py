"""A parent workspace's customers: the list, their invitations, and which team members may work for them."""

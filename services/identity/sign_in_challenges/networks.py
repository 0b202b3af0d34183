"""The network that a request comes from, as limits count it."""

from ipaddress import IPv4Address, IPv6Network, ip_address

UNKNOWN = "unknown"
"""The network of whatever is no IP address. All such requests share one limit."""

TERMINAL = "portico sign-in-link"
"""The network of a proof that was printed in a terminal: nobody asked for it over the network."""

_HOST_BITS = 64


def network_of(host: str) -> str:
    """The IPv4 address, or the IPv6 network of 64 bits: whoever has one address of such a network has all of them. An
    IPv4 address in IPv6 form is the IPv4 address."""
    try:
        address = ip_address(host)
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address) >> _HOST_BITS << _HOST_BITS, 128 - _HOST_BITS)))

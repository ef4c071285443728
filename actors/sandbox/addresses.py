"""Which addresses are public: those that no rule keeps to a host, a site or a purpose, however they are written."""

import ipaddress
from typing import Final

TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses whose last 32 bits are an IPv4 address behind a translator. *cited*: RFC 6052"""

IPV4_BITS: Final = (1 << 32) - 1
"""The part that holds the IPv4 address. *derived*"""

UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""The only part of IPv6 that is given out. *cited*: IANA, IPv6 address space"""

SPECIAL: Final = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24"))
"""Protocol assignments and relays, which `is_global` of older Pythons lets pass. *cited*: RFC 6890, RFC 7526"""


def is_public(text: str) -> bool:
    """Whether the address may be anybody's; false for what is no address. Tunnels (6to4, Teredo) are not."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return _is_public_ipv4(address)
    if address.ipv4_mapped is not None:
        return _is_public_ipv4(address.ipv4_mapped)
    if address in TRANSLATED:
        return _is_public_ipv4(ipaddress.IPv4Address(int(address) & IPV4_BITS))
    tunnelled = address.sixtofour is not None or address.teredo is not None
    return address in UNICAST and address.is_global and not tunnelled


def _is_public_ipv4(address: ipaddress.IPv4Address) -> bool:
    special = any(address in network for network in SPECIAL)
    return address.is_global and not (address.is_multicast or address.is_reserved or special)

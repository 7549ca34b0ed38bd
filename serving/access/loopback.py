"""Is an address this machine's own?"""

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Whether no other machine can reach this address, or call from it.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0")
    (True, False)
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def names_loopback(authority: str) -> bool:
    """Whether a Host header, with or without a port, names this machine by an address that no other has.

    >>> names_loopback("localhost:3000"), names_loopback("[::1]:3000"), names_loopback("fenji.example:3000")
    (True, True, False)
    """
    try:
        return is_loopback(urlsplit(f"//{authority}").hostname or "")
    except ValueError:
        return False

"""Under which names and addresses this machine is reached."""

import ipaddress
import socket

import psutil

LOCAL = ("localhost", "127.0.0.1", "[::1]")
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, not listened on


def own_hosts(public_host: str = "") -> list[str]:
    """The host names pages may be asked for: this machine's own, and the public one.

    No name service is asked: it could be slow, and who answers it could name any machine.
    """
    name = socket.gethostname().lower()
    hosts = [*LOCAL, public_host.lower(), name, f"{name.split('.')[0]}.local", *_addresses()]
    return list(dict.fromkeys(host for host in hosts if host))


def seen_from_outside(host: str) -> str:
    """What to put into links for a server that listens on `host`."""
    if host not in EVERYWHERE:
        shown = "localhost" if host in {"127.0.0.1", "::1"} else host
        return f"[{shown}]" if ":" in shown else shown
    found = [address for address in _addresses() if "." in address]
    return next((one for one in found if not one.startswith("127.")), "localhost")


def _addresses() -> list[str]:
    found = []
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            text = one.address.split("%")[0]
            if one.family in {socket.AF_INET, socket.AF_INET6}:
                is_v6 = ipaddress.ip_address(text).version == 6
                found.append(f"[{text}]" if is_v6 else text)
    return found

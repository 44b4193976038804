"""The lab's network. The process itself is outside; the router and each node are namespaces without a name, which are
there as long as this process, or a program in them:

    outside 198.51.100.10, 2001:db8:51::10  --  router  --  br-nodes  --  node I 192.0.2.1I, 2001:db8:2::1I
"""

import ctypes
import os
from pathlib import Path

from command import must

OUTSIDE = ["198.51.100.10", "2001:db8:51::10"]
CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


class Network:
    """A new namespace."""

    def __init__(self) -> None:
        back = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _check(_LIBC.unshare(CLONE_NEWNET), "cannot make a network namespace")
            self._fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        finally:
            _check(_LIBC.setns(back, CLONE_NEWNET), "cannot go back")
            os.close(back)

    @property
    def path(self) -> str:
        return f"/proc/{os.getpid()}/fd/{self._fd}"

    def inside(self, *argv: str) -> list[str]:
        """The command that runs it there. nsenter, as "ip netns exec" hides the control groups."""
        return inside(self.path, *argv)

    async def ip(self, batch: str) -> None:
        await must(*self.inside("ip", "-batch", "-"), stdin=batch)

    async def set(self, sysctl: str, value: str) -> None:
        await must(*self.inside("sh", "-c", f"echo {value} > /proc/sys/net/{sysctl}"))

    def close(self) -> None:
        os.close(self._fd)


def inside(path: str, *argv: str) -> list[str]:
    return ["nsenter", f"--net={path}", "--", *argv]


def addresses(number: int) -> list[str]:
    """Of a node, from 1 on: IPv4 and IPv6."""
    return [f"192.0.2.{10 + number}", f"2001:db8:2::{10 + number}"]


class Links:
    """The router between outside and the nodes."""

    def __init__(self, count: int) -> None:
        self.router = Network()
        self.nodes = [Network() for _ in range(count)]

    async def up(self) -> None:
        await self.router.set("ipv4/ip_forward", "1")
        await self.router.set("ipv6/conf/all/forwarding", "1")
        if Path("/proc/sys/net/bridge").exists():  # what a bridge carries is not for the router's own rules
            await self.router.set("bridge/bridge-nf-call-iptables", "0")
            await self.router.set("bridge/bridge-nf-call-ip6tables", "0")
        await self.router.ip("link set lo up\nlink add br-nodes type bridge\nlink set br-nodes up\n"
                             "addr add 192.0.2.1/24 dev br-nodes\naddr add 2001:db8:2::1/64 dev br-nodes nodad\n")
        await must("ip", "-batch", "-", stdin=(
            "link set lo up\n"
            f"link add eth0 type veth peer name outside netns {self.router.path}\nlink set eth0 up\n"
            f"addr add {OUTSIDE[0]}/24 dev eth0\naddr add {OUTSIDE[1]}/64 dev eth0 nodad\n"))
        await self.router.ip("link set outside up\naddr add 198.51.100.1/24 dev outside\n"
                             "addr add 2001:db8:51::1/64 dev outside nodad\n")
        await must("ip", "-batch", "-",
                   stdin="route add default via 198.51.100.1\nroute add default via 2001:db8:51::1\n")
        for number, node in enumerate(self.nodes, 1):
            ipv4, ipv6 = addresses(number)
            await self.router.ip(f"link add n{number} master br-nodes type veth peer name eth0 netns {node.path}\n"
                                 f"link set n{number} up\n")
            await node.ip(f"link set lo up\nlink set eth0 up\naddr add {ipv4}/24 dev eth0\n"
                          f"addr add {ipv6}/64 dev eth0 nodad\n"
                          "route add default via 192.0.2.1\nroute add default via 2001:db8:2::1\n")

    async def cut(self, number: int) -> None:
        await self.router.ip(f"link set n{number} down\n")

    async def mend(self, number: int) -> None:
        await self.router.ip(f"link set n{number} up\n")

    def close(self) -> None:
        for network in [self.router, *self.nodes]:
            network.close()

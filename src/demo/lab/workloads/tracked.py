"""A table of tracked connections that is full of living ones, as behind a busy firewall.

The entries are made through ctnetlink in this network namespace only. Management traffic and loopback are not
tracked, so that somebody can still look at the host. SIGHUP empties the table.
"""

import argparse
import errno
import itertools
import os
import signal
import socket
import struct
import subprocess
import sys
import threading

import labkit

# The machine's memory pays: about 300 bytes an entry.
MOST_ENTRIES = 300_000
BATCH = 200
NETLINK_NETFILTER = 12
NLM_REQUEST, NLM_CREATE, NLM_ACK = 1, 0x400, 4
CT_NEW, CT_DELETE = 0x100, 0x102
NESTED = 0x8000
# SEEN_REPLY, ASSURED, CONFIRMED: what the kernel will not evict to make room.
STATUS = 2 | 4 | 8
ESTABLISHED = 3
TIMEOUT_S = 432_000

RULES = """
table inet track {
 chain early { type filter hook prerouting priority -300; iifname { "mgmt0", "lo" } notrack; }
 chain leaving { type filter hook output priority -300; oifname { "mgmt0", "lo" } notrack; }
 chain look { type filter hook input priority 0; ct state established accept; }
}
"""


def attribute(kind, content):
    length = 4 + len(content)
    return struct.pack("=HH", length, kind) + content + b"\0" * (-length % 4)


def tuple_of(source, target, source_port, target_port):
    addresses = attribute(1, socket.inet_aton(source)) + attribute(2, socket.inet_aton(target))
    ports = struct.pack(">H", source_port), struct.pack(">H", target_port)
    proto = attribute(1, b"\x06") + attribute(2, ports[0]) + attribute(3, ports[1])
    return attribute(NESTED | 1, addresses) + attribute(NESTED | 2, proto)


def message(kind, flags, body):
    payload = struct.pack(">BBH", socket.AF_INET, 0, 0) + body
    return struct.pack("=IHHII", 16 + len(payload), kind, flags, 0, 0) + payload


def whole(source, port):
    """One connection between two networks that do not exist."""
    there = attribute(NESTED | 1, tuple_of(source, "198.19.0.1", port, 443))
    back = attribute(NESTED | 2, tuple_of("198.19.0.1", source, 443, port))
    state = attribute(NESTED | 4, attribute(NESTED | 1, attribute(1, bytes([ESTABLISHED]))))
    rest = attribute(3, struct.pack(">I", STATUS)) + attribute(7, struct.pack(">I", TIMEOUT_S)) + state
    return message(CT_NEW, NLM_REQUEST | NLM_CREATE, there + back + rest)


def entries():
    """A quarter of a million of them: only source and port differ, so the rest is put together once."""
    source, port = b"\xfe\xdc\xba\x98", b"\xab\xcd"
    pieces = [
        piece.split(port)
        for piece in whole(socket.inet_ntoa(source), int.from_bytes(port, "big")).split(source)
    ]
    (first,), (second, third), (fourth, last) = pieces
    for network in range(250):
        here = bytes([198, 18, network, 1])
        for number in range(10_000, 60_000):
            there = number.to_bytes(2, "big")
            yield b"".join((first, here, second, there, third, here, fourth, there, last))


def opened():
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    link.bind((0, 0))
    link.setblocking(False)
    return link


def refused(link):
    """The error code of an answer, if the kernel has sent one."""
    try:
        answer = link.recv(4096)
    except BlockingIOError:
        return 0
    return -struct.unpack_from("=i", answer, 16)[0]


def fill(link, size):
    """Until the kernel takes no more."""
    source = entries()
    for _ in range(size // BATCH + 10):
        link.sendto(b"".join(itertools.islice(source, BATCH)), (0, 0))
        code = refused(link)
        if code == errno.ENOMEM:
            return
        if code:
            sys.exit("ctnetlink: %s" % os.strerror(code))
    sys.exit("a table of %d took them all" % size)


def table_size():
    with open("/proc/sys/net/netfilter/nf_conntrack_max") as file:
        return int(file.read())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", default="firewall")
    options = parser.parse_args()
    labkit.start(options.name)
    subprocess.run(["nft", "-f", "-"], input=RULES.encode(), check=True)
    size = table_size()
    if size > MOST_ENTRIES:
        sys.exit("a table of %d entries is too large to be filled for a test" % size)
    link = opened()
    signal.signal(signal.SIGHUP, lambda *_: link.sendto(message(CT_DELETE, NLM_REQUEST, b""), (0, 0)))
    fill(link, size)
    labkit.ready(figures=False)
    threading.Event().wait()


main()

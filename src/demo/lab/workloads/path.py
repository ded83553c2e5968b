"""A long or thin path between this box and the host: every packet waits, some are lost, few fit into the queue.

Between the interface that leads to the host and a new one that takes over the addresses of this box, packets are
carried by hand, in both directions: --delay seconds each way; and of what comes from the host --loss percent are lost,
--rate bytes per second fit, with --queue packets waiting, and for --stall seconds of every STALL_EVERY_S all wait.
"""

import argparse
import collections
import random
import selectors
import socket
import subprocess
import time

import labkit

# linux/if_packet.h
SOL_PACKET, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 263, 15, 23
ETH_P_ALL = 3
# With the header that says which checksum is still to be filled in.
MOST_BYTES = 70000
BATCH = 64
STALL_EVERY_S = 1.5


def ip(line):
    subprocess.run(["ip"] + line.split(), check=True)


def addresses():
    shown = subprocess.run("ip -o -4 addr show dev eth0".split(), check=True, capture_output=True, text=True)
    return [line.split()[3] for line in shown.stdout.splitlines()]


def move_addresses():
    """eth0 keeps its link and loses its addresses; near is the box's end of the path, far the other."""
    ip("link add near type veth peer name far")
    moved = addresses()
    ip("addr flush dev eth0")
    # Else the kernel would answer on eth0 for the addresses beyond the path.
    with open("/proc/sys/net/ipv4/conf/eth0/arp_ignore", "w") as ignore:
        ignore.write("8")
    ip("link set far up")
    ip("link set near up")
    # Packets that were already put together would be lost or delayed as one.
    ip("link set near gso_max_segs 1")
    for each in moved:
        ip("addr add %s dev near" % each)


def tap(device):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.bind((device, 0))
    sock.setblocking(False)
    return sock


class Way:
    """One direction."""

    def __init__(self, source, target, options, thin):
        self.source = source
        self.target = target
        self.delay = options.delay
        self.loss = options.loss / 100 if thin else 0
        self.stall = options.stall if thin else 0
        self.rate = options.rate if thin else 0
        self.queue = options.queue
        self.free_at = 0.0
        self.waiting = collections.deque()

    def take(self, now):
        for _ in range(BATCH):
            try:
                packet = self.source.recv(MOST_BYTES)
            except BlockingIOError:
                return
            if random.random() < self.loss:
                continue
            leaves = now
            if self.rate > 0:
                # One packet is on the wire, the others wait behind it.
                backlog = max(0.0, self.free_at - now) * self.rate / 1500
                if backlog > self.queue:
                    continue
                self.free_at = max(self.free_at, now) + len(packet) / self.rate
                leaves = self.free_at
            leaves += max(0.0, self.stall - leaves % STALL_EVERY_S)
            self.waiting.append((leaves + self.delay, packet))

    def give(self, now):
        while self.waiting and self.waiting[0][0] <= now:
            try:
                self.target.send(self.waiting.popleft()[1])
            except OSError:
                # The device takes no more, or is gone: a lost packet.
                pass

    def due(self):
        return self.waiting[0][0] if self.waiting else None


def carry(ways):
    selector = selectors.DefaultSelector()
    for way in ways:
        selector.register(way.source, selectors.EVENT_READ, way)
    while True:
        due = [way.due() for way in ways if way.waiting]
        pause = max(0.0, min(due) - time.monotonic()) if due else None
        for key, _ in selector.select(pause):
            key.data.take(time.monotonic())
        now = time.monotonic()
        for way in ways:
            way.give(now)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0, help="seconds, each way")
    parser.add_argument("--loss", type=float, default=0, help="percent of what comes from the host")
    parser.add_argument("--stall", type=float, default=0, help="seconds that all wait, again and again")
    parser.add_argument("--rate", type=float, default=0, help="bytes per second from the host")
    parser.add_argument("--queue", type=int, default=100, help="packets that may wait")
    parser.add_argument("--name", default="path")
    options = parser.parse_args()
    labkit.start(options.name)
    move_addresses()
    host, box = tap("eth0"), tap("far")
    ways = [Way(host, box, options, thin=True), Way(box, host, options, thin=False)]
    labkit.ready(figures=False)
    carry(ways)


main()

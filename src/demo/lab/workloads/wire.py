"""What happens to packets inside one box of the lab, never on the machine itself.

drop-syn:      connection requests to the port vanish, as behind a firewall that drops.
reject:        connection requests to the port are answered with an ICMP error, as the default REJECT rule does.
slow-uplink:   what leaves this box waits in a queue: a burst of SYNs stands before the ACKs that would finish them.
"""

import argparse
import subprocess
import threading

import labkit


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


STYLES = {"drop-syn": drop_syn, "reject": reject, "slow-uplink": slow_uplink}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("style", choices=STYLES)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--kbit", type=int, default=0)
    parser.add_argument("--name", default="wire")
    options = parser.parse_args()
    labkit.start(options.name)
    STYLES[options.style](options)
    labkit.ready(figures=False)
    threading.Event().wait()


main()

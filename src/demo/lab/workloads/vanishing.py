"""Clients that take a place at a server and then vanish, as when a cable is pulled: the server hears nothing more.

Every packet of a vanished one carries a mark that is dropped on the way out of this box. --opening N come before
anything counts, --rate R per second follow. --stay is the healthy look-alike: the opening ones stay and are idle.
"""

import argparse
import socket
import subprocess
import threading
import time

import labkit

GONE = 1
ANSWER_TIMEOUT_S = 2.0
# The server's kernel has acknowledged the last word by then (delayed ACK: at most 0.2 s).
SETTLE_S = 0.3
TICK_S = 0.1
# A descriptor each; those who come later are not let in, so that a long demonstration ends nothing.
MOST_HELD = 8000


def drop_what_is_gone():
    chain = "type filter hook output priority 0; policy accept;\nmeta mark %d drop\n" % GONE
    subprocess.run(["nft", "-f", "-"], input=("table inet gone {\nchain c {\n%s}\n}\n" % chain).encode(), check=True)


def take_place(server):
    """A connection on which everything sent is acknowledged, or None."""
    connection = socket.socket()
    connection.settimeout(ANSWER_TIMEOUT_S)
    try:
        connection.connect(server)
        connection.sendall(b"ping")
        answer = connection.recv(64)
        if answer.startswith(b"pong"):
            # Carries the acknowledgement of the answer.
            connection.sendall(b"thanks")
            labkit.success()
            return connection
        labkit.failure("BUSY" if answer else "CLOSED")
    except socket.timeout:
        labkit.failure("ANSWER_TIMEOUT")
    except OSError as error:
        labkit.failure(error)
    connection.close()
    return None


class Vanishing:
    def __init__(self, options):
        self.options = options
        self.leaving = []
        self.held = []

    def come(self):
        if len(self.held) + len(self.leaving) >= MOST_HELD:
            return
        connection = take_place(self.options.to)
        if connection is not None:
            self.leaving.append((time.monotonic() + SETTLE_S, connection))

    def go(self):
        # Also while nobody new comes: who has come vanishes.
        while True:
            while self.leaving and self.leaving[0][0] <= time.monotonic():
                connection = self.leaving.pop(0)[1]
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, GONE)
                self.held.append(connection)
            time.sleep(TICK_S)

    def run(self):
        threading.Thread(target=self.go, daemon=True).start()
        for _ in range(self.options.opening):
            self.come()
        time.sleep(SETTLE_S + TICK_S)
        time.sleep(self.options.settle)
        labkit.ready()
        for _ in labkit.paced(self.options.rate):
            self.come()


def stay(options):
    """The opening ones live and are idle; those who follow come for one answer."""
    held = [take_place(options.to) for _ in range(options.opening)]
    labkit.ready()
    for _ in labkit.paced(options.rate):
        visitor = take_place(options.to)
        if visitor is not None:
            visitor.close()
    return held


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True, type=labkit.address)
    parser.add_argument("--opening", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--settle", type=float, default=0, help="seconds until the host shows that they are gone")
    parser.add_argument("--stay", action="store_true")
    parser.add_argument("--name", default="clients")
    options = parser.parse_args()
    labkit.start(options.name)
    labkit.allow_descriptors(8192)
    if options.stay:
        stay(options)
    else:
        drop_what_is_gone()
        Vanishing(options).run()


main()

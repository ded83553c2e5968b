"""An application that connects out and never closes: every connection costs it a descriptor for good.

What the other side does decides what it looks like: ESTABLISHED where the server keeps the connection, CLOSE_WAIT
where the server closes after its answer.
"""

import argparse
import socket

import labkit

ANSWER_TIMEOUT_S = 2.0


def open_one(server, held):
    try:
        connection = socket.socket()
        held.append(connection)
        connection.settimeout(ANSWER_TIMEOUT_S)
        connection.connect(server)
        connection.sendall(b"ping")
        connection.recv(64)
    except OSError as error:
        labkit.failure(error)
    else:
        labkit.success()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True, type=labkit.address)
    parser.add_argument("--rate", type=int, required=True, help="connections per second")
    parser.add_argument("--opening", type=int, required=True, help="connections before anything counts")
    parser.add_argument("--descriptors", type=int, default=8192, help="how many it may hold")
    parser.add_argument("--name", default="app")
    options = parser.parse_args()
    labkit.start(options.name)
    labkit.allow_descriptors(options.descriptors)
    held = []
    for _ in range(options.opening):
        open_one(options.to, held)
    labkit.ready()
    for _ in labkit.paced(options.rate):
        open_one(options.to, held)


main()

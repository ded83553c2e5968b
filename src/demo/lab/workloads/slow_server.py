"""Servers that accept too slowly, each in its own way. On SIGHUP all of them listen again.

slow:  takes one connection after the other, at a fixed rate.
batch: is away for a period, then takes and answers everything that waits.
never: listens and does not accept.
stop:  answers a number of connections, then stops itself (SIGSTOP), as a hung process looks from outside.
"""

import argparse
import os
import signal
import time

import labkit

CLIENT_TIMEOUT_S = 0.5


def answer(connection):
    """One call; the client closes first, so that no TIME_WAIT stays here."""
    connection.settimeout(CLIENT_TIMEOUT_S)
    try:
        data = connection.recv(4096)
        if data:
            connection.sendall(data)
    except OSError:
        pass


def answer_and_close(connection):
    answer(connection)
    try:
        connection.recv(1)
    except OSError:
        pass
    connection.close()


def slow(listener, options):
    for _ in labkit.paced(options.rate):
        answer_and_close(listener.accept()[0])


def batch(listener, options):
    listener.setblocking(False)
    answered = []
    while True:
        time.sleep(options.away)
        # A period later every client of the last batch has closed its end.
        for connection in answered:
            connection.close()
        answered = list(waiting(listener))
        for connection in answered:
            answer(connection)


def waiting(listener):
    while True:
        try:
            yield listener.accept()[0]
        except BlockingIOError:
            return


def never(_listener, _options):
    while True:
        time.sleep(3600)


def stop(listener, options):
    for _ in range(options.answers):
        answer_and_close(listener.accept()[0])
    os.kill(os.getpid(), signal.SIGSTOP)
    slow(listener, options)


STYLES = {"slow": slow, "batch": batch, "never": never, "stop": stop}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("style", choices=STYLES)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--backlog", type=int, required=True)
    parser.add_argument("--rate", type=float, default=1000.0, help="connections taken per second")
    parser.add_argument("--away", type=float, default=0.5, help="seconds between two batches")
    parser.add_argument("--answers", type=int, default=20, help="connections answered before the stop")
    parser.add_argument("--name", default="server")
    options = parser.parse_args()
    labkit.start(options.name)
    labkit.allow_descriptors(8192)
    listener = labkit.listen_on(options.port, options.backlog)
    labkit.ready(figures=False)
    STYLES[options.style](listener, options)


main()

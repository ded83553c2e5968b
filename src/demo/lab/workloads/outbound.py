"""The application that connects out to remote servers.

close-first: a new connection for every call, closed by us: each leaves a TIME_WAIT that holds its port.
leak:        connections are opened and never closed.
pool:        connections are kept and shared by all calls.
dial:        a connection per call, given up after --patience seconds, others meanwhile.
"""

import argparse
import collections
import errno
import itertools
import select
import socket
import time

import labkit

ANSWER_TIMEOUT_S = 2.0
# More than any port range of the lab that is meant to run out.
WARM_UP_CALLS = 2000


def connect(server):
    connection = socket.socket()
    connection.settimeout(ANSWER_TIMEOUT_S)
    try:
        connection.connect(server)
    except OSError:
        connection.close()
        raise
    return connection


def call(connection):
    connection.sendall(b"ping")
    if not connection.recv(64):
        raise ConnectionResetError(104, "closed by the server")


def attempt(step):
    """Counts one step; tells whether it went well."""
    try:
        step()
    except socket.timeout:
        labkit.failure("ANSWER_TIMEOUT")
        return False
    except OSError as error:
        labkit.failure(error)
        return False
    labkit.success()
    return True


def until_failure(step):
    """Reaches the sick state at once instead of at the pace of the figures."""
    for _ in range(WARM_UP_CALLS):
        if not attempt(step):
            return


def close_first(servers, options):
    # One connection stays, as the start of a pool would: its options show whether the peer sends timestamps.
    kept = connect(servers[0])
    turn = itertools.cycle(servers)

    def step():
        with connect(next(turn)) as connection:
            call(connection)

    until_failure(step)
    labkit.ready()
    for number, _ in enumerate(labkit.paced(options.rate)):
        attempt(step)
        if number % options.rate == 0:
            call(kept)


def leak(servers, options):
    held = []
    turn = itertools.cycle(servers)

    def step():
        connection = connect(next(turn))
        held.append(connection)
        call(connection)

    until_failure(step)
    labkit.ready()
    for _ in labkit.paced(options.rate):
        attempt(step)


def pool(servers, options):
    turn = itertools.cycle(servers)
    connections = itertools.cycle([connect(next(turn)) for _ in range(options.connections)])
    labkit.ready()
    for _ in labkit.paced(options.rate):
        attempt(lambda: call(next(connections)))


def dial(servers, options):
    turn = itertools.cycle(servers)
    pending = collections.deque()
    for _ in labkit.paced(options.rate):
        connection = socket.socket()
        connection.setblocking(False)
        code = connection.connect_ex(next(turn))
        if code not in (0, errno.EINPROGRESS):
            settle(connection, code)
            continue
        pending.append((connection, time.monotonic() + options.patience))
        settled(pending)


def settled(pending):
    _, writable, _ = select.select([], [connection for connection, _ in pending], [], 0)
    for connection, due in list(pending):
        if connection in writable:
            settle(connection, connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        elif time.monotonic() > due:
            settle(connection, "CONNECT_TIMEOUT")
        else:
            continue
        pending.remove((connection, due))


def settle(connection, code):
    connection.close()
    labkit.ready()
    if code == 0:
        labkit.success()
    else:
        labkit.failure(errno.errorcode.get(code, "OSERROR") if isinstance(code, int) else code)


STYLES = {"close-first": close_first, "leak": leak, "pool": pool, "dial": dial}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("style", choices=STYLES)
    parser.add_argument("--to", action="append", required=True, type=labkit.address)
    parser.add_argument("--rate", type=int, required=True, help="calls per second")
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--patience", type=float, default=5.0, help="seconds until a connect is given up")
    parser.add_argument("--name", default="app")
    options = parser.parse_args()
    labkit.start(options.name)
    labkit.allow_descriptors(8192)
    STYLES[options.style](options.to, options)


main()

"""A server without SO_REUSEADDR that is started again and again.

Each time it closes a number of connections first, so that TIME_WAIT stays on its port, and stops; then it tries to
bind until the last of them is gone.
"""

import argparse
import socket
import time

import labkit

RETRY_S = 0.2
CLIENT_TIMEOUT_S = 0.5


def bound(port):
    while True:
        listener = socket.socket()
        try:
            listener.bind(("0.0.0.0", port))
            listener.listen(128)
            labkit.success()
            return listener
        except OSError as error:
            listener.close()
            labkit.ready()
            labkit.failure(error)
            time.sleep(RETRY_S)


def answer_and_close(connection):
    """Takes the question before it closes: what is unread would turn the close into a reset."""
    with connection:
        try:
            connection.settimeout(CLIENT_TIMEOUT_S)
            connection.sendall(connection.recv(4096))
        except OSError:
            pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--answers", type=int, default=30, help="connections closed before it stops")
    parser.add_argument("--name", default="server")
    options = parser.parse_args()
    labkit.start(options.name)
    while True:
        with bound(options.port) as listener:
            for _ in range(options.answers):
                answer_and_close(listener.accept()[0])


main()

"""A server with a limited number of places: a client that has one keeps it until its connection ends.

Who comes when all places are taken is told "busy". --keepalive sets SO_KEEPALIVE on every connection; --push S sends
something to everybody every S seconds. SIGHUP is a restart: every connection is closed.
"""

import argparse
import selectors
import signal
import socket
import time

import labkit

TICK_S = 0.2
NEWS = b"n" * 100


class Server:
    def __init__(self, listener, options):
        self.listener = listener
        self.options = options
        self.selector = selectors.DefaultSelector()
        self.seated = set()
        self.restart = False
        listener.setblocking(False)
        self.selector.register(listener, selectors.EVENT_READ)
        signal.signal(signal.SIGHUP, self.hang_up)

    def hang_up(self, *_):
        self.restart = True

    def run(self):
        push_due = time.monotonic() + self.options.push
        while True:
            for key, _ in self.selector.select(TICK_S):
                if key.fileobj is self.listener:
                    self.accept()
                else:
                    self.hear(key.fileobj)
            if self.restart:
                self.restart = False
                for connection in [key.fileobj for key in self.selector.get_map().values()]:
                    if connection is not self.listener:
                        self.leave(connection)
            if self.options.push > 0 and time.monotonic() >= push_due:
                push_due += self.options.push
                for connection in self.seated.copy():
                    self.say(connection, NEWS)

    def accept(self):
        try:
            connection, _ = self.listener.accept()
        except BlockingIOError:
            return
        connection.setblocking(False)
        if self.options.keepalive:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.selector.register(connection, selectors.EVENT_READ)

    def hear(self, connection):
        try:
            words = connection.recv(4096)
        except OSError:
            words = b""
        if not words:
            self.leave(connection)
        elif words == b"ping":
            if connection in self.seated or len(self.seated) < self.options.seats:
                self.seated.add(connection)
                self.say(connection, b"pong")
            else:
                self.say(connection, b"busy")

    def say(self, connection, words):
        try:
            connection.send(words)
        except BlockingIOError:
            pass
        except OSError:
            self.leave(connection)

    def leave(self, connection):
        self.selector.unregister(connection)
        self.seated.discard(connection)
        connection.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seats", type=int, required=True)
    parser.add_argument("--keepalive", action="store_true")
    parser.add_argument("--push", type=float, default=0)
    parser.add_argument("--name", default="server")
    options = parser.parse_args()
    labkit.start(options.name)
    labkit.allow_descriptors(8192)
    listener = labkit.listen_on(options.port, 4096)
    server = Server(listener, options)
    labkit.ready(figures=False)
    server.run()


main()

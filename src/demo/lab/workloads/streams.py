"""Bulk transfers over a few connections that stay, one direction each, as downloads and backups do.

--listen PORT or --to ADDRESS:PORT; then "send" or "receive". A sender counts what the other end has acknowledged, a
receiver what it has read: each 64 KB is a success, each second without a single byte a failure of that connection.
--rate BYTES      per second and connection; 0 is up to 50 MB/s
--tick S          how often it sends or reads; every burst ends in a segment that is acknowledged late
--renew-after N   a new connection after N bytes, as for the next file
--give-up S       a new connection where S seconds in a row moved nothing
--stuck-after N   a receiver stops reading after N bytes, as one that waits for a lock, until SIGHUP
"""

import argparse
import fcntl
import select
import signal
import socket
import struct
import termios
import threading
import time

import labkit

BLOCK = 65536
CHUNK = b"x" * BLOCK
MOST_RATE = 50_000_000
CONNECT_TIMEOUT_S = 5.0


class Stream:
    """One connection, and how far it has got."""

    def __init__(self, connection, server):
        self.connection = connection
        self.server = server
        self.moved = 0
        self.counted = 0
        self.last = 0
        self.still_s = 0


class Streams:
    def __init__(self, options):
        self.options = options
        self.streams = []
        self.stuck = options.stuck_after > 0
        signal.signal(signal.SIGHUP, self.unstick)

    def unstick(self, *_):
        self.stuck = False

    def add(self, connection, server=None):
        connection.setblocking(False)
        self.streams.append(Stream(connection, server))

    def drop(self, stream):
        self.streams.remove(stream)
        stream.connection.close()

    def move(self, stream, budget):
        """Sends or reads until the budget is used up or the kernel has no more."""
        while budget > 0:
            try:
                if self.options.direction == "send":
                    step = stream.connection.send(CHUNK[:budget])
                elif self.stuck and stream.moved >= self.options.stuck_after:
                    return
                else:
                    step = len(stream.connection.recv(min(budget, BLOCK)))
            except BlockingIOError:
                return
            except OSError:
                step = 0
            if step == 0:
                self.drop(stream)
                # A receiver's clients come and go as they like.
                if self.options.direction == "send":
                    labkit.failure("CLOSED")
                return
            stream.moved += step
            budget -= step

    def beats(self):
        """When there is something to do: at every tick, or as soon as the kernel takes more."""
        if self.options.rate > 0 or self.options.direction == "receive":
            yield from labkit.paced(1 / self.options.tick)
        while True:
            labkit.running.wait()
            select.select([], [stream.connection for stream in self.streams], [], self.options.tick)
            yield

    def done(self, stream):
        """Bytes that have really got there."""
        if self.options.direction == "receive":
            return stream.moved
        waiting = fcntl.ioctl(stream.connection, termios.TIOCOUTQ, b"\0" * 4)
        return stream.moved - struct.unpack("i", waiting)[0]

    def count(self, seconds_over):
        for stream in self.streams.copy():
            done = self.done(stream)
            while done - stream.counted >= BLOCK:
                stream.counted += BLOCK
                labkit.success()
            if seconds_over:
                self.second_over(stream, done)
            if 0 < self.options.renew_after <= done or 0 < self.options.give_up <= stream.still_s:
                self.drop(stream)

    def second_over(self, stream, done):
        if done == stream.last:
            labkit.failure("STALLED")
            stream.still_s += 1
        else:
            stream.still_s = 0
        stream.last = done

    def run(self, accept):
        budget = int((self.options.rate or MOST_RATE) * self.options.tick)
        second = time.monotonic() + 1.0
        for _ in self.beats():
            accept()
            for stream in self.streams.copy():
                self.move(stream, budget)
            now = time.monotonic()
            self.count(now >= second)
            if now >= second:
                second = now + 1.0


def listening(options, streams):
    listener = labkit.listen_on(options.listen, 128)
    signal.signal(signal.SIGHUP, streams.unstick)
    listener.setblocking(False)

    def accept():
        try:
            streams.add(listener.accept()[0])
        except BlockingIOError:
            pass

    labkit.ready(figures=False)
    return accept


def calling(options, streams):
    def accept():
        """Opens what is missing, or lost."""
        for server in options.to:
            have = sum(1 for stream in streams.streams if stream.server == server)
            for _ in range(have, options.connections):
                try:
                    streams.add(socket.create_connection(server, timeout=CONNECT_TIMEOUT_S), server)
                except OSError as error:
                    labkit.failure(error)

    accept()
    threading.Timer(options.settle, labkit.ready).start()
    return accept


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("direction", choices=["send", "receive"])
    parser.add_argument("--listen", "--port", type=int)
    parser.add_argument("--to", action="append", type=labkit.address)
    parser.add_argument("--connections", type=int, default=1, help="to each address")
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("--tick", type=float, default=0.02)
    parser.add_argument("--stuck-after", type=int, default=0)
    parser.add_argument("--renew-after", type=int, default=0)
    parser.add_argument("--give-up", type=int, default=0)
    parser.add_argument("--settle", type=float, default=1.0, help="seconds before anything counts")
    parser.add_argument("--name", default="streams")
    options = parser.parse_args()
    labkit.start(options.name)
    streams = Streams(options)
    accept = calling(options, streams) if options.to else listening(options, streams)
    streams.run(accept)


main()

"""Clients of a server on the host: what they get is what users see.

--rate N           new connections per second, one call each
--burst N          that many at once, about every --every seconds
--sessions N       connections that stay, one call every --ping seconds; a lost one is tried again
--opening N        that many before anything counts
"""

import argparse
import asyncio
import random
import socket

import labkit

# A queue of unanswered clients must not grow without end in the client either.
MOST_AT_ONCE = 2000
OPENING_AT_ONCE = 100
RETRY_S = 2.0


class Clients:
    def __init__(self, options):
        self.options = options
        self.tasks = set()

    def spawn(self, coroutine):
        if len(self.tasks) >= MOST_AT_ONCE:
            coroutine.close()
            return
        task = asyncio.ensure_future(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def connect(self, connection):
        loop = asyncio.get_running_loop()
        connection.setblocking(False)
        try:
            await asyncio.wait_for(loop.sock_connect(connection, self.options.to), self.options.patience)
            return True
        except asyncio.TimeoutError:
            self.failure("CONNECT_TIMEOUT")
        except OSError as error:
            self.failure(error)
        return False

    async def call(self, connection):
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(connection, b"ping")
            data = await asyncio.wait_for(loop.sock_recv(connection, 64), self.options.answer_patience)
        except asyncio.TimeoutError:
            self.failure("ANSWER_TIMEOUT")
            return False
        except OSError as error:
            self.failure(error)
            return False
        if not data:
            self.failure("CLOSED")
            return False
        self.success()
        return True

    async def visit(self):
        """One connection, one call."""
        with socket.socket() as connection:
            if await self.connect(connection) and await self.call(connection) and self.options.server_closes:
                await self.end_of(connection)

    async def end_of(self, connection):
        try:
            await asyncio.get_running_loop().sock_recv(connection, 64)
        except OSError:
            pass

    async def session(self):
        """A connection that stays as long as it is answered."""
        await asyncio.sleep(random.random() * 0.2)
        while True:
            with socket.socket() as connection:
                good = await self.connect(connection)
                while good:
                    await self.pause_over()
                    good = await self.call(connection)
                    await asyncio.sleep(self.options.ping * random.uniform(0.8, 1.2))
            await asyncio.sleep(RETRY_S * random.uniform(0.8, 1.2))
            await self.pause_over()

    async def pause_over(self):
        while not labkit.running.is_set():
            await asyncio.sleep(0.1)

    async def opening(self):
        gate = asyncio.Semaphore(OPENING_AT_ONCE)

        async def one():
            async with gate:
                await self.visit()

        visits = [one() for _ in range(self.options.opening)]
        if self.options.ready_on == "opening":
            await asyncio.gather(*visits)
            labkit.ready()
        else:
            for visit in visits:
                self.spawn(visit)

    async def steadily(self):
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + 1.0 / self.options.rate, loop.time() - 0.1)
            await asyncio.sleep(max(0.0, due - loop.time()))
            if labkit.running.is_set():
                self.spawn(self.visit())

    async def in_bursts(self):
        while True:
            if labkit.running.is_set():
                for _ in range(self.options.burst):
                    self.spawn(self.visit())
            # Uneven, so that it never runs in step with the server's own period.
            await asyncio.sleep(self.options.every * random.uniform(0.8, 1.2))

    async def run(self):
        parts = [self.opening()]
        if self.options.rate > 0:
            parts.append(self.steadily())
        if self.options.burst > 0:
            parts.append(self.in_bursts())
        parts.extend(self.session() for _ in range(self.options.sessions))
        await asyncio.gather(*parts)

    def success(self):
        if self.options.ready_on == "success":
            labkit.ready()
        labkit.success()

    def failure(self, why):
        if self.options.ready_on == "failure":
            labkit.ready()
        labkit.failure(why)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True, type=labkit.address)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--burst", type=int, default=0)
    parser.add_argument("--every", type=float, default=1.0)
    parser.add_argument("--sessions", type=int, default=0)
    parser.add_argument("--ping", type=float, default=1.0)
    parser.add_argument("--opening", type=int, default=0)
    parser.add_argument("--ready-on", choices=["success", "failure", "opening"], default="success")
    parser.add_argument("--server-closes", action="store_true")
    # Just below the kernel's first SYN retransmission (1 s), so that a dropped SYN is a failed call.
    parser.add_argument("--patience", type=float, default=0.9)
    parser.add_argument("--answer-patience", type=float, default=3.0)
    parser.add_argument("--name", default="clients")
    options = parser.parse_args()
    labkit.start(options.name)
    labkit.allow_descriptors(8192)
    asyncio.run(Clients(options).run())


main()

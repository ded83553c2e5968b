"""A well-behaved server: an event loop that answers every call and closes when its client has closed.

--close-first closes after the first answer, as HTTP without keep-alive does: TIME_WAIT stays here.
--close-after S is slow to close: that long after its client has closed.
--forget         never closes what its client has closed: CLOSE_WAIT stays here, and a descriptor each.
--descriptors N lowers the soft limit: beyond it accept() fails with EMFILE and connections wait.
"""

import argparse
import collections
import errno
import resource
import selectors
import time

import labkit

# The listener stays readable while accept() fails: without a pause the loop would burn a processor.
EMFILE_PAUSE_S = 0.1
TICK_S = 0.1


def serve(listener, options):
    listener.setblocking(False)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    forgotten = []
    leaving = collections.deque()

    def done(connection):
        selector.unregister(connection)
        if options.forget:
            forgotten.append(connection)
        elif options.close_after > 0:
            leaving.append((time.monotonic() + options.close_after, connection))
        else:
            connection.close()

    while True:
        for key, _ in selector.select(TICK_S if options.close_after > 0 else None):
            if key.fileobj is listener:
                accept(listener, selector)
            elif not answer(key.fileobj) or options.close_first:
                done(key.fileobj)
        while leaving and leaving[0][0] <= time.monotonic():
            leaving.popleft()[1].close()


def accept(listener, selector):
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        return
    except OSError as error:
        if error.errno != errno.EMFILE:
            raise
        time.sleep(EMFILE_PAUSE_S)
        return
    connection.setblocking(False)
    selector.register(connection, selectors.EVENT_READ)


def answer(connection):
    """False when the client has closed."""
    try:
        data = connection.recv(4096)
        if data:
            connection.sendall(data)
        return bool(data)
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--bind", default="0.0.0.0")
    parser.add_argument("--backlog", type=int, default=4096)
    parser.add_argument("--close-first", action="store_true")
    parser.add_argument("--close-after", type=float, default=0)
    parser.add_argument("--forget", action="store_true")
    parser.add_argument("--descriptors", type=int)
    parser.add_argument("--name", default="echo")
    options = parser.parse_args()
    labkit.start(options.name)
    labkit.allow_descriptors(8192)
    if options.descriptors is not None:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (options.descriptors, hard))
    listener = labkit.listen_on(options.port, options.backlog, options.bind)
    labkit.ready(figures=False)
    serve(listener, options)


main()

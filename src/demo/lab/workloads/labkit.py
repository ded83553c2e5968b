"""What the workloads share: figures on stdout once a second, orders on stdin.

stdout: {"event": "started", "pid": n} at once; {"event": "ready", "pid": n} when what the program keeps going
is going; from then on {"ok": n, "failed": n, "errors": {name: n}} once a second.
stdin: "pause" and "resume", each confirmed by an event of that name; its end ends the program.
"""

import errno
import json
import os
import resource
import signal
import socket
import sys
import threading
import time

running = threading.Event()
running.set()

_lock = threading.Lock()
_counts = {"ok": 0, "failed": 0, "errors": {}}
_ready = threading.Event()


def start(name):
    """Says hello under the name that `ss -p` will show and begins to listen to orders."""
    with open("/proc/self/comm", "w") as comm:
        comm.write(name[:15])  # TASK_COMM_LEN is 16 with its final zero
    _say({"event": "started", "pid": os.getpid()})
    threading.Thread(target=_obey, daemon=True).start()


def ready(figures=True):
    """What happened until now does not count; figures start here."""
    if _ready.is_set():
        return
    _ready.set()
    _take()
    _say({"event": "ready", "pid": os.getpid()})
    if figures:
        threading.Thread(target=_report, daemon=True).start()


def success():
    with _lock:
        _counts["ok"] += 1


def failure(why):
    """`why` is a name, or the OSError whose errno names it."""
    if isinstance(why, OSError):
        why = errno.errorcode.get(why.errno, "OSERROR")
    with _lock:
        _counts["failed"] += 1
        _counts["errors"][why] = _counts["errors"].get(why, 0) + 1


def paced(per_second):
    """Yields at an even rate, never faster: after a pause or a slow step nothing is caught up."""
    due = time.monotonic()
    while True:
        running.wait()
        now = time.monotonic()
        if due > now:
            time.sleep(due - now)
        due = max(due, now) + 1.0 / per_second
        yield


def listen_on(port, backlog, address="0.0.0.0"):
    """A listening socket whose backlog is asked for again on SIGHUP, as servers do when they reload."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(backlog)
    signal.signal(signal.SIGHUP, lambda *_: listener.listen(backlog))
    return listener


def allow_descriptors(count):
    """Raises the soft limit as far as the hard limit allows."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def _say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _take():
    global _counts
    with _lock:
        taken, _counts = _counts, {"ok": 0, "failed": 0, "errors": {}}
    return taken


def _report():
    due = time.monotonic()
    while True:
        due += 1.0
        time.sleep(max(0.0, due - time.monotonic()))
        _say(_take())


def _obey():
    for line in sys.stdin:
        order = line.strip()
        if order == "pause":
            running.clear()
        elif order == "resume":
            running.set()
        else:
            continue
        _say({"event": order, "pid": os.getpid()})
    os._exit(0)

"""A host with a container: a server in a network namespace of its own, its clients in another one.

The server runs under a cgroup path as Docker names it, and its name stands where Docker keeps it, so that it can be
looked for by name. Nothing of it is seen in the host's own network namespace. This process becomes the clients; the
server ends with it, since its input does.
"""

import argparse
import ctypes
import json
import os
import subprocess
import sys

CLONE_NEWNET = 0x40000000
CONTAINERS = "/var/lib/docker/containers"
HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = ["python3", "-BEsS"]
SERVER, CLIENTS = "10.88.0.2", "10.88.0.1"


def start_server(arguments):
    """In a namespace of its own; ready when it says so."""
    command = ["unshare", "--net", "--", *PYTHON, os.path.join(HERE, "slow_server.py"), *arguments]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        if json.loads(line).get("event") == "ready":
            return server
    raise SystemExit("the server in the container ended")


def name_container(pid, identity, name):
    path = f"{CONTAINERS}/{identity}"
    os.makedirs(path)
    with open(f"{path}/config.v2.json", "w") as config:
        config.write(json.dumps({"ID": identity, "Name": f"/{name}", "Config": {"Env": ["SECRET=x"]}}, separators=(",", ":")))
    with open(f"/run/lab/cgroup-{pid}", "w") as cgroup:
        cgroup.write(f"0::/system.slice/docker-{identity}.scope\n")
    subprocess.run(["mount", "-n", "--bind", f"/run/lab/cgroup-{pid}", f"/proc/{pid}/cgroup"], check=True)


def wire(pid):
    """A veth between this process's new namespace and the server's."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    inside = ["nsenter", f"--net=/proc/{pid}/ns/net", "--"]
    for command in (
        ["ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", str(pid)],
        ["ip", "addr", "add", f"{CLIENTS}/24", "dev", "eth0"],
        ["ip", "link", "set", "eth0", "up"],
        [*inside, "ip", "addr", "add", f"{SERVER}/24", "dev", "eth0"],
        [*inside, "ip", "link", "set", "lo", "up"],
        [*inside, "ip", "link", "set", "eth0", "up"],
    ):
        subprocess.run(command, check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--container", required=True)
    parser.add_argument("--id", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--server", action="append", default=[])
    parser.add_argument("--clients", action="append", default=[])
    options = parser.parse_args()
    server = start_server([*options.server, f"--port={options.port}"])
    name_container(server.pid, options.id, options.container)
    wire(server.pid)
    # Held open across exec: its end tells the server that the clients are gone.
    os.set_inheritable(server.stdin.fileno(), True)
    to = f"--to={SERVER}:{options.port}"
    sys.stdout.flush()
    os.execvp(PYTHON[0], [*PYTHON, os.path.join(HERE, "clients.py"), to, *options.clients])


main()

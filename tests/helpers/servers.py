"""SPARQL servers that a test starts, and ends itself."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def serve_store(store: Path, *options: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start an Oxigraph server on the store; the address answers when this returns."""
    binary = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert binary, "the package oxigraph of the test extra brings the server"
    port = free_port()
    command = [binary, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/query"
    wait_for_server(process, url)
    return process, url


def wait_for_server(process: subprocess.Popen[bytes], url: str) -> None:
    """Return when the server answers; it must not end before."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=2).read()
            return
        except OSError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.05)
    raise AssertionError("the server does not answer")

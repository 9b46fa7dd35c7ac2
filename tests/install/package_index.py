"""A package index on loopback, which serves a folder of packages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.client.environment import leave_network


class Index(SimpleHTTPRequestHandler):
    """A package index of a folder, reached as a mirror or as a proxy for http://index.test/."""

    def do_GET(self) -> None:
        """Answer the list of one package's files, or a file."""
        self.path = self.path.removeprefix("http://index.test")
        name = self.path.strip("/").rpartition("/")[2]
        if not self.path.startswith("/simple/"):
            super().do_GET()
            return
        begins = f"{name.replace('-', '_')}-"
        names = (file.name for file in Path(self.directory).iterdir())
        files = [file for file in names if file.lower().startswith(begins)]
        page = "".join(f'<a href="/{file}">{file}</a>' for file in files).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Say nothing."""


@pytest.fixture
def index(wheels: Path) -> Iterator[str]:
    """Serve the packages on loopback; give the server's address."""
    leave_network()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Index, directory=str(wheels)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()

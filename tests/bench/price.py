"""What the plugin costs a session that has no incident, and what the typed command adds to one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tests.install.machine import published
from tests.support.client.environment import make_sandbox
from tests.support.client.incident import COMMAND, Incident
from tests.support.client.messages import Answer, Request, reply

BYTES = 4  # of English and JSON, about, to a token
_ALWAYS = re.compile(r"Always-on: +~(\d+) tok")


@dataclass(frozen=True)
class Price:
    """Tokens: as the client projects them, and as the requests' bytes tell, added and invoked."""

    projected: int
    added: int
    invoked: int


def price(root: Path) -> Price:
    """Ask the client, then compare its first requests with and without the plugin."""
    (root / "told").mkdir(parents=True)
    sandbox = make_sandbox(root / "told", "http://127.0.0.1:9")
    # From a copy: in the tree itself, tests beside this one make files and take them away, and the
    # client's own copying fails over one that is gone.
    published(root / "published")
    tree = str(root / "published" / "tree")
    installed = sandbox.run("plugin", "install", "incident-response", "--marketplace", tree)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    told = sandbox.run("plugin", "details", "incident-response").stdout
    projected = _ALWAYS.search(told)
    assert projected is not None, told
    without, with_, invoked = (
        _first(root / "without", "Hello.", plugins=False),
        _first(root / "with", "Hello.", plugins=True),
        _first(root / "invoked", f'{COMMAND} "It is down" --severity P0', plugins=True),
    )
    return Price(int(projected[1]), (with_ - without) // BYTES, (invoked - with_) // BYTES)


def _first(root: Path, words: str, *, plugins: bool) -> int:
    """The bytes of the conversation and the tools in the first request of a session."""
    root.mkdir()
    sizes: list[int] = []

    def brain(request: Request) -> Answer:
        if request.is_orchestrator:
            kept = (request.body.get(part) for part in ("system", "tools", "messages"))
            text = json.dumps(list(kept), ensure_ascii=False).replace(str(root), "")
            sizes.append(len(text.encode()))
        return reply("Yes.")

    run = Incident(root)
    run.model = brain  # type: ignore[assignment]
    with run.serving():
        run.opens(**({} if plugins else {"plugins": []}))
        run.type(words)
        run.leaves()
    return sizes[0]

"""A whole incident in the real client, led by a model that answers at once: what it costs."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.bench.plain_model import PLUGIN, Plain
from tests.bench.prepared import environment_in
from tests.support.client import sample
from tests.support.client.incident import Incident
from tests.support.client.messages import Reply
from tests.support.client.obedient import Obedient

LINE = "Seen in the pool's graph from 14:05Z on, compared with the day before (dashboard 12).\n"
SHORT = "/srv"
# A hook is named by its event, which is read here and handed on.
NOTING = """#!{real} -IS
import json, os, sys, tempfile
words = sys.argv[1:]
name = next((word for word in words if word.isalpha()), "")
if "-c" in words or "hook" in words:
    given = tempfile.TemporaryFile()
    given.write(sys.stdin.buffer.read())
    given.seek(0)
    event = json.load(given)
    name = event["hook_event_name"] + " " + event.get("tool_name", "")
    os.lseek(given.fileno(), 0, os.SEEK_SET)
    os.dup2(given.fileno(), 0)
with open({starts!r}, "a") as file:
    file.write(name + "\\n")
os.execv({python!r}, [{python!r}, *words])
"""


@dataclass(frozen=True)
class Passed:
    """Bytes and requests of a run; `generated` and `context` are the orchestrator's."""

    generated: int
    context: int
    sent: int
    requests: int
    turns: int
    seconds: float


def documents(kilobytes: float) -> dict[str, dict[str, str]]:
    """The sample's documents, each made up to that size by lines at the end of its last section."""
    found = sample.documents()
    for sections in found.values():
        size = sum(len(name) + len(text.encode()) + 6 for name, text in sections.items())
        missing = max(0, int(kilobytes * 1000) - size)
        sections[[*sections][-1]] += "\n\n" + LINE * (missing // len(LINE)) if missing else ""
    return found


def led(root: Path, kilobytes: float, starts: Path | None = None) -> tuple[Passed, Incident]:
    """Lead the sample incident to its end, all approved; its Pythons are noted in `starts`."""
    model = Obedient(documents(kilobytes), fillings={"your synthesis": sample.synthesis()})
    run = Incident(root, answers=["Approve"] * 3, model=model)
    with run.serving():
        python = environment_in(Path(run.helper).parent)
        if starts is not None:
            noted(python, starts)
        begin = time.monotonic()
        run.type(f'/incident-response "{sample.description()}" --severity P0')
        seconds = time.monotonic() - begin
        turns = run.session.turns
        run.leaves()
        assert run["current_step"] == "complete", run.timeline
    return passed(run, turns, seconds), run


def passed(run: Incident, turns: int, seconds: float) -> Passed:
    """What passed between the client and the model."""
    mine = [each for each in run.api.exchanges if each.request.is_orchestrator]
    blocks = [b for each in mine if isinstance(each.answer, Reply) for b in each.answer.blocks]
    said = [block if isinstance(block, str) else block.input for block in blocks]
    return Passed(
        sum(size(run, each) for each in said),
        size(run, mine[-1].request.body),
        sum(size(run, request.body) for request in run.api.requests),
        len(run.api.requests),
        turns,
        seconds,
    )


def size(run: Incident, value: object) -> int:
    """The bytes of its JSON, as if the run's folder were a short one."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(text.replace(str(run.sandbox.root), SHORT).encode())


def count_starts(root: Path, kilobytes: float) -> dict[str, int]:
    """How often a run starts Python, by what for: an event and its tool, or a command."""
    starts = root / "starts"
    led(root, kilobytes, starts)
    return dict(Counter(starts.read_text(encoding="utf-8").splitlines()).most_common())


def noted(python: Path, starts: Path) -> None:
    """Have each start of that Python leave a line: what it is for."""
    real = python.with_name("real-python")
    python.rename(real)
    python.write_text(NOTING.format(real=sys.executable, python=str(real), starts=str(starts)))
    python.chmod(0o755)


def plainly(root: Path, kilobytes: float) -> Passed:
    """The same incident by the plain prompt, every tool call let through."""
    model = Plain(documents(kilobytes), root.resolve() / "project")
    run = Incident(root, answers=["Approve"] * 3, permit=lambda _tool, _given: True)
    run.model = model  # type: ignore[assignment]
    with run.serving():
        session = run.opens(plugins=[{"type": "local", "path": str(PLUGIN)}])
        begin = time.monotonic()
        run.type(f'/incident-plain:incident-plain "{sample.description()}" --severity P0')
        seconds, turns = time.monotonic() - begin, session.turns
        run.leaves()
    return passed(run, turns, seconds)

"""Tools of MCP servers: which only read, by the words of their names and what they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from incident_state.hooks.known import statements

MOST_STRINGS = 2_000  # of what a tool is given are looked at; with more it is not known to read
# Anywhere in the name; a word that changes goes before one that reads, and the first word decides
# where both could be nouns.
_READS = frozenset(
    "get list ls read search query describe show find fetch view lookup count inspect status "
    "logs log metrics health check explain history diff stat stats summary summarize tail "
    "head browse preview whoami ping info analyze download retrieve traces trace spans alerts "
    "incidents events esql nrql promql logql sql top tree snapshot resolve convert current "
    "now discover enumerate aggregate suggest validate test compare calculate estimate think "
    "sequentialthinking range lint".split()
)
_CHANGES = frozenset(
    "create update delete set put post patch write edit apply send restart start stop kill "
    "deploy rollback scale add remove insert drop move rename upload push merge close open "
    "trigger invoke call publish cancel approve enable disable ack acknowledge silence assign "
    "comment submit sync replace upsert truncate grant revoke reset click type fill navigate "
    "press save import install purge terminate reboot toggle manage mutate modify drain "
    "cordon uncordon evict annotate label attach detach resume pause suspend promote transfer "
    "execute exec run exec_in_pod resolve lock unlock mute unmute escalate reassign page "
    "notify reply react archive restore snooze schedule rotate flush evaluate eval drag "
    "select hover upgrade uninstall cleanup clean delete_all wipe rerun retry dispatch "
    "register deregister".split()
)
# Words that change what they are about, unless they run a query or resolve a name.
_QUERIES = frozenset("query queries sql esql nrql promql logql cypher flux kql spl search".split())
_NAMES = frozenset("library id name dns host address symbol reference".split())
_NOUNS_AFTER = frozenset("schedule schedules label labels page pages comments".split())


def reads(tool: str, given: object) -> bool:
    """Whether that call of the tool is known to only read."""
    name = tool.split("__", 2)[-1]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[^a-zA-Z]+", " ", name).lower().split()
    changing = {word for word in words if word in _CHANGES}
    if words and words[0] in _READS - {"resolve"}:
        changing -= _NOUNS_AFTER | {"open", "run", "snapshot"}
    if set(words) & _QUERIES:
        changing -= {"execute", "exec", "run", "evaluate", "eval", "start", "submit"}
    if set(words) & _NAMES:
        changing -= {"resolve"}
    if changing or not any(word in _READS for word in words):
        return False
    texts = list(islice(strings(given), MOST_STRINGS + 1))
    if len(texts) > MOST_STRINGS or sum(map(len, texts)) > statements.LONGEST:
        return False
    return not any(map(statements.query_changes, texts)) and not (
        "sql" in words and any(map(statements.sql_changes, _statements(given)))
    )


def strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a tool is given
    """Every text in what a tool is given."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def _statements(given: object) -> Iterator[str]:
    for name, value in given.items() if isinstance(given, dict) else ():
        if name.lower() in {"sql", "query", "statement"} and isinstance(value, str):
            yield value

"""What a checkpoint shows of the documents: a line for each thing to be decided on, and no more.

It fits a terminal of 80 columns, above the question and its options: the client's dialog scrolls
the top of a longer one away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from incident_state import workflow as flow
from incident_state.documents import document, first_lines, headlines, markdown
from incident_state.state import facts
from incident_state.state.model import State
from incident_state.state.timeline import Event, EventKind

# Characters of an item of a list, so that it has a line of its own.
ITEM = 70
ACTIVE, LIVE = "ACTIVE_CHANGES", 3  # how many of them a question lists
PROPOSALS, SYNTHESIS, BEFELL = 3, 5, 3
NO_INCIDENT = "no incident"


@dataclass(frozen=True)
class Shown:
    """A line of a question: its label, what it says, and the document that says so.

    The text may go on in rows of its own. What matters less gives way where not all has room.
    """

    label: str
    text: str
    source: str = ""
    matters: int = 1

    @property
    def line(self) -> str:
        """The line, with its further rows, as people read it."""
        return f"{self.label}: {self.text}"


def summary(state: State, checkpoint: flow.Checkpoint, texts: Mapping[str, str]) -> list[Shown]:
    """What the checkpoint's `shows` names, in its order; what has nothing to say is left out."""
    found: list[Shown] = []
    for label, section in checkpoint.shows:
        source = _source(checkpoint, texts, section)
        show = _OF.get(section, _line)
        found += show(state, label, section, source, texts.get(source, ""))
    return found


def mitigated(texts: Mapping[str, str], names: Iterable[str]) -> list[Shown]:
    """How the mitigation stands, where it was done again: as checkpoint 1 had it."""
    section = facts.STATUS_AFTER
    label = next(label for label, shown in flow.load().checkpoint(1).shows if shown == section)
    return [Shown(label, headlines.of(texts.get(name, ""), section), name) for name in names]


def befell(state: State, checkpoint: flow.Checkpoint) -> list[Shown]:
    """What happened to the record since a person decided last, which they should know now."""
    told = {
        "You asked": _asked(state),
        "Done again": _done_again(state),
        "Changed since": _changed_since(state, checkpoint),
        "Put back": _since(state, "healed"),
        "Strayed": _since(state, "strayed"),
    }
    return [Shown(label, _some(said)) for label, said in told.items() if said]


def _requested(state: State) -> tuple[Event, ...]:
    """What happened since changes were requested, where that was decided last at a checkpoint."""
    at = max(
        (n for n, e in enumerate(state.timeline) if e.decision and e.checkpoint is not None),
        default=len(state.timeline),
    )
    return state.timeline[at:]


def _asked(state: State) -> tuple[str, ...]:
    """The words with which a person had work done again, or which steps where they said none."""
    reopened = (e.text for e in _requested(state) if e.kind == "reopened" and e.step is not None)
    return tuple(text.partition(". ")[2] or text.partition(": ")[2] for text in reopened)


def _done_again(state: State) -> tuple[str, ...]:
    """Which steps were, and how much each changed its document."""
    done = (e for e in _requested(state) if e.kind == "completed" and ": complete, " in e.text)
    return tuple(e.text.partition(";")[0].replace(": complete, ", ": ") for e in done)


def _some(said: tuple[str, ...]) -> str:
    """The first of them, and how many more there are."""
    more = f"; and {len(said) - BEFELL} more" if len(said) > BEFELL else ""
    return "; ".join(headlines.squeezed(each, 2 * ITEM) for each in said[:BEFELL]) + more


def _changed_since(state: State, checkpoint: flow.Checkpoint) -> tuple[str, ...]:
    """What was changed, after it was decided upon at an earlier checkpoint and not shown since."""
    decided = max(state.approved.values(), default=state.started_at)
    return tuple(
        event.text.partition(": ")[2]
        for event in state.timeline
        if event.kind in {"edited", "amended"}
        and event.step is not None
        and event.at > decided
        and flow.load().step(event.step).phase < checkpoint.phase
    )


def _since(state: State, kind: EventKind) -> tuple[str, ...]:
    """What was noted of that kind since a person decided last."""
    decided = max((e.at for e in state.timeline if e.decision), default=state.started_at)
    return tuple(e.text for e in state.timeline if e.kind == kind and e.at > decided)


def looks_like_none(texts: Mapping[str, str]) -> bool:
    """Whether step 1 has found that there is no incident."""
    text = texts.get(flow.load().step(1).writes, "")
    said = (headlines.of(text, name) for name in ("USER_IMPACT", first_lines.SEVERITY))
    return any(NO_INCIDENT in each.casefold() for each in said)


def _source(checkpoint: flow.Checkpoint, texts: Mapping[str, str], section: str) -> str:
    """The newest of the reviewed documents that has such a section; empty if none has."""
    having = (
        n for n in reversed(checkpoint.reviews) if markdown.section(texts.get(n, ""), section)
    )
    return next(having, "")


def _line(_state: State, label: str, section: str, source: str, text: str) -> list[Shown]:
    return [Shown(label, headlines.of(text, section) or "unknown", source)]


def _severity(state: State, label: str, section: str, source: str, text: str) -> list[Shown]:
    other = state.declared if state.declared not in {None, state.severity} else None
    declared = f" (declared at the start: {other})" if other else ""
    documented = first_lines.stated(text, section)
    why = headlines.headline(markdown.section(text, section).partition(documented)[2])
    reason = f". {why}" if why and documented == state.severity else ""
    return [Shown(label, f"{state.severity}{declared}{reason}", source)]


def _proposals(_state: State, label: str, section: str, source: str, text: str) -> list[Shown]:
    """How many there are, and the first of them, a row each."""
    listed = proposals(markdown.section(text, section))
    if not listed:
        return [Shown(label, "none", source)]
    rows = [f"  {at}) {each}" for at, each in enumerate(listed[:PROPOSALS], start=1)]
    more = len(listed) - PROPOSALS
    if more > 0:
        rows[-1] += f"; and {more} more"
    return [Shown(label, "\n".join([f"{len(listed)} open.{rows[0][1:]}", *rows[1:]]), source)]


def proposals(section: str) -> list[str]:
    """What a section proposes, a line each: the list below a line that begins with `Proposals`."""
    below: list[str] = []
    found = False
    for line in section.split("\n"):
        title = line.strip(" #*_").casefold()
        if not found and title.startswith(("proposals", "proposed")):
            found = True
            # What follows on the same line, behind a colon, is the first of them.
            below.append(line.partition(":")[2].strip(" *_"))
        elif found and line.startswith("#"):
            break
        elif found:
            below.append(line)
    return headlines.items("\n".join(below).strip(), ITEM)


def _live(_state: State, label: str, section: str, source: str, text: str) -> list[Shown]:
    said = markdown.section(text, section)
    listed = headlines.items(said, ITEM)
    if not listed or first_lines.not_applicable(said):
        return [Shown(label, "nothing changed", source, 0)]
    more = f"; {len(listed) - 1} more" if len(listed) > 1 else ""
    return [Shown(label, f"{listed[0].rstrip('.;')}{more}", source)]


def live(texts: Mapping[str, str]) -> str:
    """What the newest of the documents lists as live, with what undoes it; empty for nothing."""
    listing = [step.writes for step in flow.load().listing_changes()]
    said = next((markdown.section(texts[n], ACTIVE) for n in listing[::-1] if n in texts), "")
    listed = [] if first_lines.not_applicable(said) else headlines.items(said, ITEM)
    more = f"; {len(listed) - LIVE} more" if len(listed) > LIVE else ""
    return "; ".join(each.rstrip(".;") for each in listed[:LIVE]) + more


def _if_said(
    _state: State, label: str, section: str, source: str, text: str, matters: int = 1
) -> list[Shown]:
    """What the section says first; nothing where there is no such section."""
    said = headlines.of(text, section)
    return [Shown(label, said, source, matters)] if said else []


def _relief(state: State, label: str, section: str, source: str, text: str) -> list[Shown]:
    said = markdown.section(text, section)
    if first_lines.not_applicable(said) or not headlines.items(said):
        return []
    return _if_said(state, label, section, source, text)


def _way_back(state: State, label: str, section: str, source: str, text: str) -> list[Shown]:
    """The first line of how to roll back, where there is something to roll back."""
    if facts.stated(state, facts.DEPLOYMENT, facts.DEPLOYED) in facts.NOTHING_DEPLOYED:
        return []
    return _if_said(state, label, section, source, text)


def _synthesis(state: State, label: str, _section: str, _source: str, _text: str) -> list[Shown]:
    """The lines of the combined findings, the first ones if there are many."""
    found = state.consolidation
    listed = headlines.items(found.synthesis)[:SYNTHESIS] if found else []
    rows = "\n".join(f"  - {each}" for each in listed)
    return [Shown(label, rows[4:], "", 0)] if listed else []


_OF: dict[str, Callable[[State, str, str, str, str], list[Shown]]] = {
    first_lines.SEVERITY: _severity,
    "MITIGATION_ACTIONS": _proposals,
    "FIRST_STATUS_UPDATE": partial(_if_said, matters=-1),
    ACTIVE: _live,
    "CONFIDENCE": _if_said,
    headlines.RELIEF: _relief,
    "ROLLBACK_PROCEDURES": _way_back,
    document.FINDINGS_HEADING: _synthesis,
}

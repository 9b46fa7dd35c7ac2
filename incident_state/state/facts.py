"""What is true of the incident: onset, mitigated, resolved, and how it ended; None is unknown.

Documents state it in fixed words and people say it; a person's word goes before a document's.
Nothing is concluded from how far the workflow is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from incident_state import workflow as flow
from incident_state.errors import Refused
from incident_state.state.model import State
from incident_state.state.timeline import Actor, Event, iso

Fact = Literal["mitigated", "resolved"]
Outcome = Literal["resolved", "mitigated", "unresolved", "no-incident"]

MITIGATION, DEPLOYMENT = 3, 8
RETOLD = timedelta(days=1)  # evidence that old is not of an incident that goes on
ONSET, UNKNOWN = "ONSET", "unknown"
REPORTED, EVIDENCE_UNTIL = "REPORTED", "EVIDENCE_UNTIL"
STATUS_AFTER, DEPLOYED, ROLLED_BACK = "SERVICE_STATUS_AFTER", "DEPLOYMENT_STATUS", "ROLLBACK_STATUS"
HEALTH, HEALTH_ROLLED_BACK = "SERVICE_HEALTH_POST_DEPLOY", "SERVICE_HEALTH_POST_ROLLBACK"
NOTHING_DEPLOYED = frozenset({"Not deployed", "Nothing to deploy"})
BY_HAND = "Done by hand"  # what a person says of a rollback that they did themselves
NOT_ROLLED_BACK = frozenset({"Partly rolled back", "Not rolled back"})
# With these words a document says that users are better off, or that they are not any more.
BETTER = {
    STATUS_AFTER: frozenset({"Stable", "Improved"}),
    HEALTH: frozenset({"Healthy"}),
    HEALTH_ROLLED_BACK: frozenset({"Healthy"}),
}
_NOT_ANY_MORE = frozenset({"Worse", "Down"})
# The steps whose documents say how users are.
_STATING: frozenset[flow.StepKey] = frozenset({MITIGATION, DEPLOYMENT, "rollback"})


def stated(state: State, key: flow.StepKey, section: str) -> str | None:
    """The fixed word of the step's current document; None without one, or if none was recorded."""
    record = state.record(key)
    if record.completed is None:
        return None
    return next(
        (
            (event.stated or {}).get(section)
            for event in reversed(state.timeline)
            if event.step == key and event.attempt == record.attempt and event.stated
        ),
        None,
    )


def onset(state: State) -> datetime | None:
    """When users were first hurt: as a person said, else as step 1 found, else as declared."""
    said = next(
        (e.stated[ONSET] for e in reversed(state.timeline) if e.stated and ONSET in e.stated),
        UNKNOWN,
    )
    documented = None if said == UNKNOWN else datetime.fromisoformat(said)
    return state.pinned_onset or documented or state.declared_onset


def reported(state: State) -> datetime | None:
    """When it was first reported, by the incident's clock, as step 1 found; None if it did not."""
    return min(_moments(state, REPORTED), default=None)


def evidence_until(state: State) -> datetime | None:
    """How far the evidence reaches that documents are made of; None if none says it."""
    return max(_moments(state, EVIDENCE_UNTIL), default=None)


def _moments(state: State, name: str) -> list[datetime]:
    """What the current documents say under that name."""
    keys = [key for key, record in state.steps.items() if record.completed is not None]
    said = (stated(state, key, name) for key in keys)
    return [datetime.fromisoformat(each) for each in said if each]


def mitigated_at(state: State) -> datetime | None:
    """Since when users were better off: a person's word, else the first document that says so.

    A document of the same step that says otherwise later takes it back.
    """
    at = _said(state, "mitigated")
    if at is None:
        since: dict[str, datetime] = {}
        for event in state.timeline:
            for section, word in (event.stated or {}).items():
                if word in BETTER.get(section, ()):
                    since.setdefault(section, event.at)
                else:
                    since.pop(section, None)
        at = min(since.values(), default=None)
    over = resolved_at(state)
    return min(at, over) if at and over else at


def resolved_at(state: State) -> datetime | None:
    """When it was over: a person's word, else checkpoint 3's approval of a healthy deployment.

    A rollback counts as one, where what was deployed was the trouble.
    """
    if at := _said(state, "resolved"):
        return at
    if state.closed is not None:
        from incident_state.state import closing

        if closing.usual(state.closed) == closing.RESOLVED_OUTSIDE.lower():
            return _ended(state)
    changed = (
        stated(state, DEPLOYMENT, DEPLOYED) == "Deployed"
        or stated(state, "rollback", ROLLED_BACK) == "Rolled back"
    )
    healthy = stated(state, DEPLOYMENT, HEALTH) == "Healthy"
    return state.approved.get(3) if changed and healthy else None


def no_incident(state: State) -> bool:
    """Whether it was closed because there was no incident, or none that is not recorded elsewhere.

    A duplicate counts where the other record is, so it does not count here.
    """
    if state.closed is None:
        return False
    from incident_state.state import closing

    return closing.usual(state.closed) in {
        "no incident",
        closing.FALSE_ALARM.lower(),
        closing.DUPLICATE.lower(),
    }


def on_its_clock(state: State, fact: Fact) -> datetime | None:
    """When it was so by the incident's own clock; None where the record's alone is known.

    A record that is made of evidence which ended long before tells nothing of when users were
    better off: then only a person's word does.
    """
    if retold(state):
        return _said(state, fact)
    return mitigated_at(state) if fact == "mitigated" else resolved_at(state)


def retold(state: State) -> bool:
    """Whether the incident was over before the record of it began: its evidence ended earlier."""
    until = evidence_until(state)
    return until is not None and until + RETOLD < state.started_at


def outcome(state: State) -> Outcome | None:
    """How the incident ended; None while it is open, and where what it takes was not recorded."""
    if state.status != "complete":
        return None
    if no_incident(state):
        return "no-incident"
    if resolved_at(state):
        return "resolved"
    better = _better(state)
    if better is None:
        return None
    return "mitigated" if better and mitigated_at(state) else "unresolved"


def _better(state: State) -> bool | None:
    """Whether users were better off in the end; None where an older version did not record it."""
    better: bool | None = False
    for event in state.timeline:
        if event.kind == "mitigated":
            better = True
        elif event.kind == "completed" and event.step in _STATING and not event.stated:
            better = None
        words = {word for section, word in (event.stated or {}).items() if section in BETTER}
        if words & _NOT_ANY_MORE:
            better = False
        elif words & frozenset().union(*BETTER.values()):
            better = True
    return better


def onset_set(state: State, now: datetime, moment: datetime) -> State:
    """The onset as a person says it."""
    if moment > now:
        raise Refused(f"{iso(moment)} lies in the future.", ("status",))
    for fact in ("mitigated", "resolved"):
        at = _said(state, fact)
        if at is not None and moment > at:
            raise Refused(f"{iso(moment)} is later than {fact}, {iso(at)}.", ("status",))
    event = Event(at=now, kind="onset", actor="person", of=moment, text=f"Onset: {iso(moment)}")
    return state.after(event, pinned_onset=moment)


def fact_said(state: State, now: datetime, fact: Fact, at: datetime | None, note: str) -> State:
    """Mitigated or resolved as a person says it, since `at` or now, by what the note tells."""
    began = onset(state)
    if at is not None and at > now:
        raise Refused(f"{iso(at)} lies in the future.", ("status",))
    if at is not None and began is not None and at < began:
        raise Refused(f"{iso(at)} is earlier than the onset, {iso(began)}.", ("status",))
    when = f" at {iso(at)}" if at else ""
    text = f"{fact.capitalize()}{when}" + (f": {note}" if note else "")
    return state.after(Event(at=now, kind=fact, actor="person", of=at or now, text=text))


def severity_found(state: State, now: datetime, actor: Actor) -> State:
    """The state with a line on the severity that 01-classification.md has set in it."""
    parts = [f"Severity {state.documented} found in 01-classification.md"]
    if state.declared is None:
        parts.append("none was declared")
    elif state.declared == state.documented:
        parts.append("as declared")
    else:
        parts.append(f"declared was {state.declared}")
    if state.severity != state.documented:
        parts.append(f"a person's {state.severity} stays")
    return state.after(Event(at=now, kind="classified", actor=actor, text="; ".join(parts)))


def _said(state: State, fact: str) -> datetime | None:
    return next((e.of or e.at for e in reversed(state.timeline) if e.kind == fact), None)


def _ended(state: State) -> datetime | None:
    """When a person closed the incident."""
    return next(
        (
            event.at
            for event in reversed(state.timeline)
            if event.kind == "closed"
            or (event.decision is not None and event.decision.question == "closing")
        ),
        None,
    )

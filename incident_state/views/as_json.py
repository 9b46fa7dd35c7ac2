"""What programs read with `--json`: stable names, times in ISO 8601 (UTC), lengths in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from incident_state.documents import signs
from incident_state.state import facts
from incident_state.state.model import SEVERITIES, State
from incident_state.state.timeline import Notes, iso, unsealed
from incident_state.views.moments import seconds
from incident_state.views.response_times import FIGURES, ResponseTimes, medians
from incident_state.views.sessions import Kept
from incident_state.views.view import View


def status(view: View) -> str:
    """The nine fields of the contract and what stands beside them, as one JSON object."""
    state = view.state
    data = {
        **state.nine(),
        "incident_id": state.incident_id,
        "declared_severity": state.declared,
        "closed": state.closed,
        **_facts(state),
        "owner": state.owner,
        "running": [
            {
                "step": each.key,
                "since": iso(each.span.began),
                "client": each.presence.kind if each.presence else None,
                "heard": iso(each.presence.heard) if each.presence else None,
            }
            for each in view.running
        ],
        "failures": [{"step": key, "reason": reason} for key, _, reason in view.failures],
        "consents": list(state.consents),
        "unsealed": told.text if (told := unsealed(state.timeline)) else None,
        "active_changes": view.changes[1] if view.changes else None,
        "update_due": iso(view.update_due) if view.update_due else None,
        **_times(view.times),
    }
    return _text(data)


def timeline(state: State) -> str:
    """Every event, oldest first, as one JSON object."""
    events: list[dict[str, Any]] = []
    notes = Notes(state.timeline)
    for event in state.timeline:
        decision = event.decision
        events.append(
            {
                "at": iso(event.at),
                "elapsed_seconds": (event.at - state.started_at).total_seconds(),
                "kind": event.kind,
                "actor": event.actor,
                "text": event.text,
                "step": event.step,
                "attempt": event.attempt,
                "checkpoint": event.checkpoint,
                "label": decision.label if decision else None,
                "via": decision.via if decision else None,
                "user": decision.user if decision else None,
                "of": iso(event.of) if event.of else None,
                "clock": iso(event.clock) if event.clock else None,
                "note": notes.number(event),
                "corrects": event.corrects,
                "stated": event.stated or {},
            }
        )
    return _text({"incident_id": state.incident_id, **_facts(state), "events": events})


def sessions(kept: Sequence[Kept], times: Sequence[ResponseTimes | None]) -> str:
    """Every session with its response times, and medians by severity, as one JSON object."""
    read = [(k.state, t, k.current) for k, t in zip(kept, times, strict=True) if k.state and t]
    by_severity = {
        severity: [t for state, t, _ in read if t.counts and state.severity == severity]
        for severity in SEVERITIES
    }
    data = {
        "sessions": [
            {
                "incident_id": state.incident_id,
                "incident": state.incident,
                "severity": state.severity,
                "status": state.status,
                "closed": state.closed,
                **_facts(state),
                "current": current,
                "started_at": iso(state.started_at),
                **_times(each),
            }
            for state, each, current in read
        ],
        "by_severity": {
            severity: {
                "count": len(group),
                **{f"{name}_seconds": seconds(value) for name, value in medians(group).items()},
            }
            for severity, group in by_severity.items()
            if group
        },
        "no_incident": sum(not t.counts for _, t, _ in read),
        "unreadable": [
            {"incident_id": k.incident_id or None, "problem": k.problem} for k in kept if k.problem
        ],
    }
    return _text(data)


def _times(times: ResponseTimes) -> dict[str, float | str | None]:
    figures = {f"{name}_seconds": seconds(getattr(times, name)) for name in FIGURES}
    return {"counted_from": times.since, **figures}


def _facts(state: State) -> dict[str, str | None]:
    moments = {
        "onset": facts.onset(state),
        "mitigated_at": facts.on_its_clock(state, "mitigated"),
        "resolved_at": facts.on_its_clock(state, "resolved"),
    }
    known = {name: iso(at) if at else None for name, at in moments.items()}
    return {"outcome": facts.outcome(state), **known}


def _text(data: dict[str, Any]) -> str:
    return signs.as_json(data)

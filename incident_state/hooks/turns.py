"""Turns and client sessions: a lost agent is noticed, an unfinished turn goes on."""

from __future__ import annotations

import json

from incident_state.hooks import Payload, Response, project, tell
from incident_state.hooks.client import session as open_session
from incident_state.hooks.glance import glance

GOES_ON = frozenset({"finish", "launch", "consolidate"})


def stopping(payload: Payload) -> Response:
    """A turn of the owner's session ends: lost agents are recorded, what is due goes on."""
    seen = glance(project(payload))
    own = payload["session_id"]
    if seen.owner != own:
        return {}
    tasks = payload.get("background_tasks") or []
    alive = {str(task.get("id")) for task in tasks}
    known = {run.get("agent_id") for run in seen.runs().values()}
    # An agent that has not used a tool yet may be known by its type alone.
    unknown = {task.get("agent_type") for task in tasks if task.get("id") not in known}
    session = open_session(payload)
    from incident_state import workflow
    from incident_state.session.next import what_is_next

    lost: list[workflow.StepKey] = []
    for text, run in seen.runs().items():
        key: workflow.StepKey = "rollback" if text == "rollback" else int(text)
        agent_id = run.get("agent_id")
        waits = agent_id is None and workflow.load().step(key).agent_type in unknown
        if agent_id not in alive and not waits:
            lost.append(key)
    if lost:
        from incident_state.session import agents

        agents.lost(session, tuple(lost), "agent gone")
    answer = what_is_next(session)
    if answer.kind in GOES_ON and not payload.get("stop_hook_active"):
        return {"decision": "block", "reason": f"The incident is not done.\n{answer.text}"}
    return {}


def session_started(payload: Payload) -> Response:
    """A client session begins, goes on or was compacted: it learns of the open incident."""
    session = open_session(payload)
    from incident_state.documents import document
    from incident_state.state import progress

    own = str(payload["session_id"])
    source = payload.get("source")
    state = session.load()
    last = state.timeline[-1]
    unchecked = f"\n{last.text}." if last.kind == "unchecked" else ""
    if source == "clear" and state.handing_over:
        from incident_state.state import ownership

        with session.locked():
            state = session.store.read()
            state = session.save(ownership.handed_over(state, session.now(), own))
    elif source == "resume" and state.owner == own:
        from incident_state.session import agents

        agents.lost(session, tuple(progress.running(state)), "the client session ended")
        state = session.load()
    if state.status == "complete":
        return {}
    title = f"{state.severity} incident {state.incident_id}: {document.title(state.incident)}"
    if state.owner == own:
        told = (
            f"An incident is open and this session leads it ({title}). Go on only as the helper "
            f"says, whatever you remember:\nBash {json.dumps({'command': session.command('next')})}"
        )
    else:
        told = (
            f"An incident is open in this project ({title}). Leave .incident-response/ alone; the "
            "user goes on with it by typing /incident-response."
        )
    return tell("SessionStart", told + unchecked)


def plugin_gone(payload: Payload) -> Response:
    """The plugin's folder had vanished in a client session, which the timeline has once."""
    session = open_session(payload)
    from datetime import datetime, timezone

    from incident_state.state import timeline

    since = datetime.fromtimestamp(float(payload["at"]), timezone.utc)
    with session.locked():
        state = session.store.read()
        told = timeline.unchecked(session.now(), str(payload["session_id"]), since)
        if all(event.text != told.text for event in state.timeline):
            session.save(state.after(told))
    return {}


def session_ended(payload: Payload) -> Response:
    """The owner's session was cleared: the session that follows it takes the incident on."""
    if payload.get("reason") == "clear":
        session = open_session(payload)
        with session.locked():
            state = session.store.read()
            if state.owner == payload["session_id"]:
                session.save(state.model_copy(update={"handing_over": True}))
    return {}

"""What changes the project or production: for the step that may, or else for the user to decide."""

from __future__ import annotations

import os

from incident_state import workflow as flow
from incident_state.hooks import Payload, Response, decide, project
from incident_state.hooks.glance import Glance
from incident_state.hooks.known.kinds import PRODUCTION, PROJECT, UNKNOWN, Finding
from incident_state.hooks.known.team import READS_ONLY, Team
from incident_state.records import replace
from incident_state.storage.sealed import FOLDER, contents

FIX, DEPLOYMENT = 7, 8
PROPOSAL = (
    "If nobody can be asked, do without it: list it in the document as a proposal, with its "
    "command."
)


def steps_at_work(seen: Glance) -> list[flow.Step]:
    """The steps in flight."""
    return [flow.load().step("rollback" if k == "rollback" else int(k)) for k in seen.runs()]


def guarded(payload: Payload, seen: Glance) -> bool:
    """Whether the rule holds for the event: in the owner's session, unless the incident rests."""
    rests = seen.status == "paused" and not seen.runs()
    return seen.leads(payload.get("session_id")) and not rests


def asked(payload: Payload, seen: Glance, findings: list[Finding]) -> list[Finding]:
    """Those that the user is to be asked about: not the step's to do, and not let go ahead."""
    if not findings or not guarded(payload, seen):
        return []
    may = {step.may_change for step in steps_at_work(seen)} - {""}
    team = Team(project(payload))
    found = []
    for each in findings:
        kind = each.kind
        if said := team.says(each.key, each.shown):
            kind = "" if said == READS_ONLY else PRODUCTION
        free = (
            not kind
            or (kind == PROJECT and bool(may))
            or (each.key in seen.consents() and (kind == UNKNOWN or PRODUCTION in may))
        )
        if not free:
            found.append(replace(each, kind=kind))
    return found


def changing(payload: Payload, seen: Glance, findings: list[Finding]) -> Response:
    """The answer to a call of which not all is known to read: put to the user, or nothing."""
    found = asked(payload, seen, findings)
    if not found:
        return {}
    at_work = steps_at_work(seen)
    may = {step.may_change for step in at_work} - {""}
    worst = next((each for each in found if each.kind != UNKNOWN), found[0])
    if worst.kind == UNKNOWN:
        once = "; your yes to it is remembered" if worst.key else ""
        return decide(
            "ask", f"Whether this only reads is not known: {worst.shown}{once}. {PROPOSAL}"
        )
    if not may:
        return decide("ask", f"{_nobody_may(at_work)}, and this would: {worst.shown}. {PROPOSAL}")
    often = (
        f"Once it is allowed, {worst.key} goes through until the incident ends"
        if PRODUCTION in may
        else f"In {at_work[0].label} each such command is put to the user"
    )
    deploys = any(step.key == DEPLOYMENT for step in at_work)
    what = _fix(project(payload)) if deploys else ""
    return decide("ask", f"This changes production: {worst.shown}. {what}{often}.")


def _fix(root: str) -> str:
    """What is being deployed and how it is taken back, as the fix's document says first."""
    from incident_state.documents import headlines

    path = os.path.join(root, FOLDER, flow.load().step(FIX).writes)  # noqa: PTH118 - pathlib costs a hook time
    try:
        text = (contents(path) or b"").decode()
    except (OSError, UnicodeDecodeError):
        return ""
    fix, back = (headlines.of(text, name) for name in ("FIX_IMPLEMENTATION", "ROLLBACK_PROCEDURES"))
    said = {"The fix": fix or "unknown", "The way back": back or "unknown"}
    return "".join(f"{label}: {words.rstrip('.')}. " for label, words in said.items())


def consented(payload: Payload, seen: Glance, findings: list[Finding]) -> None:
    """The call was made: what the user was asked about before goes ahead from now on."""
    may = {step.may_change for step in steps_at_work(seen)}
    kinds = {UNKNOWN} | ({PRODUCTION} & may)
    keys = [f.key for f in asked(payload, seen, findings) if f.key and f.kind in kinds]
    if keys:
        from incident_state.hooks.client import session as open_session

        session = open_session(payload)
        from incident_state.session import agents

        agents.consented(session, keys)


def editing(payload: Payload, seen: Glance, path: str) -> Response:
    """The answer to a file tool's write outside the session folder."""
    if not guarded(payload, seen):
        return {}
    at_work = steps_at_work(seen)
    if any(step.may_change for step in at_work):
        return {}
    why = f"{_nobody_may(at_work)}, and this would write {path}"
    if at_work and "agent_id" in payload:
        return decide("deny", f"{why}. List the change in your document as a proposal.")
    return decide("ask", f"{why}. {PROPOSAL}")


def _nobody_may(at_work: list[flow.Step]) -> str:
    if not at_work:
        return "No step is at work that may change anything"
    names = " and ".join(step.label for step in at_work)
    return f"{names[:1].upper()}{names[1:]} may change nothing outside .incident-response/"

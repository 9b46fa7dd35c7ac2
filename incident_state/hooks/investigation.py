"""Investigation changes nothing: what would, is put to the user, and an agent's edit is refused."""

from __future__ import annotations

from incident_state import workflow as flow
from incident_state.hooks import Payload, Response, decide, project
from incident_state.hooks.glance import Glance, glance
from incident_state.hooks.shell.programs import PRODUCTION, PROJECT

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


def changing(payload: Payload, seen: Glance, kind: str, what: str) -> Response:
    """The answer to something that plainly changes the project or production."""
    if not kind or not guarded(payload, seen):
        return {}
    at_work = steps_at_work(seen)
    may = {step.may_change for step in at_work} - {""}
    if not may:
        return decide("ask", f"{_nobody_may(at_work)}, and this would: {what}. {PROPOSAL}")
    if kind == PROJECT or (PRODUCTION in may and cleared(seen)):
        return {}
    step = at_work[0]
    often = (
        f"Once it is allowed, what else {step.label} changes goes through"
        if PRODUCTION in may
        else f"In {step.label} each such command is put to the user"
    )
    return decide("ask", f"This changes production: {what}. {often}.")


def cleared(seen: Glance) -> bool:
    """Whether the user has allowed the step at work to change production."""
    return any(run.get("cleared") for run in seen.runs().values())


def waits_for_consent(payload: Payload) -> bool:
    """Whether a step is at work whose first change to production the user is asked about."""
    seen = glance(project(payload))
    may = {step.may_change for step in steps_at_work(seen)}
    return guarded(payload, seen) and PRODUCTION in may and not cleared(seen)


def consented(payload: Payload) -> None:
    """The user has allowed a change to production: the step at work goes on without asking."""
    from incident_state.hooks.client import session as open_session

    session = open_session(payload)
    from incident_state.session import agents

    agents.consented(session)


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

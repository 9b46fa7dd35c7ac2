"""The brief for the next person on call: plain words to paste, one screen of them."""

from __future__ import annotations

from collections.abc import Mapping

from incident_state.documents import document, first_lines, headlines, markdown
from incident_state.session.session import Session
from incident_state.terminal.picture import decision, facts
from incident_state.views.moments import clock, length
from incident_state.views.view import View

# What is known so far, by the section that says it; the first document that has it counts.
KNOWN = (
    ("Impact", "USER_IMPACT"),
    ("Service now", "SERVICE_HEALTH_POST_DEPLOY"),
    ("Service now", "SERVICE_STATUS_AFTER"),
    ("Cause", "ROOT_CAUSE"),
)
# What can be published, the newest first.
TO_PUBLISH = ("STATUS_UPDATE", "FIRST_STATUS_UPDATE")
GIST = 160
DECISIONS = 4


def handoff(session: Session, view: View) -> str:
    """What happened, where it stands, what is in flight, changed, decided and open."""
    state, now = view.state, view.now
    # One that was changed since its step was complete has not been masked.
    texts = {n: document.masked(t) for n, t in session.texts(state.files_created).items()}
    ago = length(view.times.duration)
    lines = [
        f"{state.severity} incident {state.incident_id}: {view.title}",
        f"Reported {clock(state.started_at)}, {ago} ago (pauses left out); as of {clock(now)}.",
        f"Where it stands: {_position(view)}.",
        f"{facts(view)}.",
        *_known(texts),
    ]
    flying = [f"{each.name} for {each.standing(now)}" for each in view.running]
    lines += _block("In flight", flying or ["nothing"])
    lines += _block("Failed", [f"{name}: {reason}" for _, name, reason in view.failures])
    changes = document.plain(view.changes[1]).splitlines() if view.changes else ["nothing known"]
    lines += _block("Changed in production, with its undo", [c for c in changes if c.strip()])
    lines += _to_publish(texts)
    lines += _block("Decided", [decision(event, view) for event in view.decisions[-DECISIONS:]])
    lines += _block("Open", _open(view))
    lines += _block("Left to do", list(view.facts.follow_ups))
    if view.update_due is not None:
        lines.append(f"Next public update due {clock(view.update_due, now)}.")
    if state.status != "complete":
        way = session.command("resume")
        lines.append(f"To go on: /incident-response in Claude Code in {session.project}, or {way}")
    return "\n".join(lines)


def _position(view: View) -> str:
    state = view.state
    done = f"{len(state.completed_steps)} of 13 steps done"
    if state.closed is not None:
        return f"closed early, {document.plain(state.closed)}; {_outcome(view)}"
    if state.status == "complete":
        return f"complete, {_outcome(view)}; {done}"
    phase = next(phase for phase in view.phases if phase.current)
    position = str(state.current_step).replace("-", " ")
    where = f"step {position}" if position.isdigit() else position
    paused = "paused, " if state.paused else ""
    return f"{paused}phase {phase.number} ({phase.title}), at {where}; {done}"


def _outcome(view: View) -> str:
    return (view.facts.outcome or "how it ended was not recorded").replace("-", " ")


def _known(texts: Mapping[str, str]) -> list[str]:
    found: dict[str, str] = {}
    for label, section in KNOWN:
        for text in texts.values():
            if label not in found and (said := headlines.of(text, section, GIST)):
                found[label] = said
    return [f"{label}: {said}" for label, said in found.items()]


def _to_publish(texts: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for section in TO_PUBLISH:
        for name, text in texts.items():
            said = markdown.section(text, section)
            if said and not first_lines.not_applicable(said):
                found += _block(f"To publish ({name})", document.plain(said).splitlines())
    return found


def _open(view: View) -> list[str]:
    if view.question is None:
        return []
    options = ", ".join(view.question.labels)
    return [f"{view.question.header}: {view.question.text} ({options})"]


def _block(title: str, lines: list[str]) -> list[str]:
    return [f"{title}:", *(f"  {line}" for line in lines)] if lines else []

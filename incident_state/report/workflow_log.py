"""The folded appendix: how the workflow went, as a drawing, as a table and line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timezone

from incident_state.report.drawing import NARROW, WIDE, drawn, key
from incident_state.report.lanes import MARKS, lanes, named, until
from incident_state.report.markup import Markup, element, join
from incident_state.report.tables import MAX_EVENTS, row, table, when, words
from incident_state.state.timeline import Event, Notes
from incident_state.views import events
from incident_state.views.moments import length
from incident_state.views.response_times import Span
from incident_state.views.view import DECISIVE, View


def workflow_log(view: View) -> Markup:
    """The drawing, the steps with their attempts, and every line of the record's timeline."""
    figure = element("figure", drawn(view, WIDE), drawn(view, NARROW), key(view))
    return join(
        figure,
        element("h3", "Phases and steps"),
        _steps(view),
        element("h3", "Every line of the record"),
        _events(view),
    )


def _steps(view: View) -> Markup:
    rows: list[Markup] = []
    for phase, found in zip(view.phases, lanes(view), strict=True):
        title = f"Phase {phase.number}: {phase.title}"
        rows.append(element("tr", element("th", title, colspan=5, scope="colgroup")))
        for lane in found:
            name = named(lane.row)
            if not lane.bars:
                at = when(lane.row.at, view) if lane.row.at else ""
                rows.append(row(name, MARKS[lane.row.mark], "", at, ""))
            for bar in lane.bars:
                rows.append(row(name, bar.words, *_times(view, bar.span)))
                name = ""
    rows += [row("Pause", "nothing new launched", *_times(view, each)) for each in view.pauses]
    return table(("Step", "What came of it", "From (UTC)", "To", "Took"), rows, "steps")


def _times(view: View, span: Span) -> tuple[str, str, str]:
    ended = when(span.ended, view) if span.ended else "goes on"
    return when(span.began, view), ended, length((span.ended or until(view)) - span.began)


def _events(view: View) -> Markup:
    shown = view.state.timeline[-MAX_EVENTS:]
    left = len(view.state.timeline) - len(shown)
    note = f"The {left:,} events before are in the session's own timeline." if left else None
    return join(
        element("p", note, class_="note") if note else None,
        table(("When (UTC)", "After", "Who", "What"), _lines(view, shown), "events"),
    )


def _lines(view: View, shown: Iterable[Event]) -> Iterator[Markup]:
    day, notes = None, Notes(view.state.timeline)
    for event in shown:
        at = event.at.astimezone(timezone.utc)
        if at.date() != day:
            day = at.date()
            yield element("tr", element("th", f"{day}", colspan=4, scope="colgroup"))
        yield element(
            "tr",
            element("td", element("time", f"{at:%H:%M:%S}", datetime=at.isoformat())),
            element("td", events.elapsed(event.at - view.state.started_at)),
            element("td", events.who(event)),
            element("td", words(event, notes), dir="auto"),
            class_="decisive" if event.kind in DECISIVE else None,
        )

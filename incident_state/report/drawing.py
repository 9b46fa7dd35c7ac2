"""The timeline drawn as SVG: phases, steps and checkpoints as lanes, pauses as shaded bands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

from incident_state.report.lanes import KINDS, Bar, Lane, busy, lanes, named, until
from incident_state.report.markup import Markup, element
from incident_state.report.scale import DAY, Scale, scale
from incident_state.views.moments import clock, length
from incident_state.views.response_times import Span
from incident_state.views.view import View

# Units of the drawing, near to pixels. A letter of its 12-unit type is about this wide.
LETTER = 6.1
AXIS, PHASE, BAR, LEAST, GAP, FOOT = 44, 30, 10, 3, 5, 16


@dataclass(frozen=True)
class Layout:
    """Where things go: on a wide page lanes have their names beside them, on a narrow one above."""

    name: str
    width: int
    gutter: int
    lane: int
    bar_at: int
    tick: int

    @property
    def plot(self) -> int:
        """The width between the axis's ends."""
        return self.width - self.gutter - 14


WIDE = Layout("wide", width=820, gutter=262, lane=24, bar_at=7, tick=54)
NARROW = Layout("narrow", width=360, gutter=2, lane=38, bar_at=20, tick=58)


def drawn(view: View, layout: Layout) -> Markup:
    """The incident's drawing in that layout; one that has nothing but its report has an axis."""
    return _Drawing(view, layout).svg()


class _Drawing:
    """One drawing in the making: the axis, and the height that its lanes take."""

    def __init__(self, view: View, layout: Layout) -> None:
        self.view, self.layout = view, layout
        self.until = until(view)
        self.lanes = lanes(view)
        self.scale = axis(view)

    def svg(self) -> Markup:
        """The whole, with a title and a description in words."""
        layout, state = self.layout, self.view.state
        parts: list[Markup] = []
        y = AXIS
        for phase, found in zip(self.view.phases, self.lanes, strict=True):
            reached = [lane for lane in found if lane.bars]
            if not reached:
                continue
            parts += self._phase(f"Phase {phase.number}: {phase.title}", reached, y)
            y += PHASE
            for lane in reached:
                parts += self._lane(lane, y)
                y += layout.lane
            y += GAP
        height = y
        ids = {part: f"drawing-{layout.name}-{part}" for part in ("title", "text", "hatch")}
        return element(
            "svg",
            element("title", f"Timeline of {state.incident_id}", id=ids["title"]),
            element("desc", self._in_words(), id=ids["text"]),
            _hatch(ids["hatch"]),
            *self._pauses(height, ids["hatch"]),
            *self._axis(height),
            *parts,
            class_=f"drawing {layout.name}",
            viewBox=f"0 0 {layout.width} {height + FOOT * bool(self.view.pauses)}",
            role="img",
            aria_labelledby=ids["title"],
            aria_describedby=ids["text"],
            xmlns="http://www.w3.org/2000/svg",
        )

    def _in_words(self) -> str:
        state = self.view.state
        found = [lane for phase in self.lanes for lane in phase]
        bars = [bar for lane in found for bar in lane.bars]
        waits = sum(bar.kind == "waiting" for bar in bars)
        return (
            f"From {clock(state.started_at)} to {clock(self.until)}: {len(bars) - waits} pieces of "
            f"work on {sum(any(b.kind != 'waiting' for b in lane.bars) for lane in found)} steps, "
            f"{waits} waits for a person at a checkpoint, {len(self.view.pauses)} pauses. "
            "The table below the drawing has each with its times."
        )

    def _x(self, moment: datetime) -> float:
        return self.layout.gutter + self.scale.at(moment) * self.layout.plot

    def _ends(self, span: Span) -> tuple[float, float]:
        """Where the span is on the axis; one that is short is still seen."""
        left, right = self._x(span.began), self._x(span.ended or self.until)
        return min(left, self.layout.gutter + self.layout.plot - LEAST), max(right, left + LEAST)

    def _phase(self, title: str, reached: list[Lane], y: float) -> Iterator[Markup]:
        spans = [bar.span for lane in reached for bar in lane.bars]
        whole = Span(
            min(span.began for span in spans), max(span.ended or self.until for span in spans)
        )
        left, right = self._ends(whole)
        narrow = self.layout.gutter < LETTER
        yield element("text", title, class_="phase", x=0.0, y=y + 17.0)
        yield element(
            "rect",
            class_="phase-span",
            x=left,
            y=y + (23.0 if narrow else 12.0),
            width=right - left,
            height=2,
        )

    def _lane(self, lane: Lane, y: float) -> Iterator[Markup]:
        layout = self.layout
        narrow = layout.gutter < LETTER
        room = int((layout.width if narrow else layout.gutter - 12) / LETTER)
        name = named(lane.row)
        name = name if len(name) <= room else f"{name[: room - 1].rstrip()}…"
        yield element("text", name, class_="lane", x=0.0, y=y + (14.0 if narrow else 16.0))
        edges = [self._ends(bar.span) for bar in lane.bars]
        for number, (bar, (left, right)) in enumerate(zip(lane.bars, edges, strict=True)):
            yield element(
                "rect",
                element("title", f"{named(lane.row)}; {self._told(bar)}"),
                class_=f"bar {bar.kind}",
                x=left,
                y=float(y + layout.bar_at),
                width=right - left,
                height=BAR,
                rx=2,
            )
            before = edges[number - 1][1] if number else layout.gutter
            after = edges[number + 1][0] if number + 1 < len(edges) else layout.width
            yield from self._label(bar, (left, right), (before, after), y)

    def _label(
        self, bar: Bar, ends: tuple[float, float], free: tuple[float, float], y: float
    ) -> Iterator[Markup]:
        """What came of it and how long it took, where there is room beside the bar."""
        text = length((bar.span.ended or self.until) - bar.span.began)
        if bar.kind != "done":
            text = f"{bar.words}, {text}"
        wide = len(text) * LETTER + GAP
        baseline = float(y + self.layout.bar_at + BAR - 1)
        if ends[1] + wide <= free[1]:
            yield element("text", text, class_="length", x=ends[1] + GAP, y=baseline)
        elif ends[0] - wide >= free[0]:
            yield element(
                "text", text, class_="length", x=ends[0] - GAP, y=baseline, text_anchor="end"
            )

    def _told(self, bar: Bar) -> str:
        last = bar.span.ended
        ended = f"to {clock(last, bar.span.began)}" if last else "goes on"
        took = length((last or self.until) - bar.span.began)
        return f"{bar.words}; {clock(bar.span.began)} {ended}, {took}"

    def _axis(self, height: float) -> Iterator[Markup]:
        layout, day, free = self.layout, "", 0.0
        least = layout.tick / layout.plot
        daily = self.scale.step(least) >= DAY
        for moment, place in self.scale.ticks(least):
            x = layout.gutter + place * layout.plot
            at = moment.astimezone(timezone.utc)
            words = f"{at:%m-%d}" if daily else f"{at:%H:%M}"
            yield _upright("tick", x, height)
            yield element(
                "text", words, class_="time", x=x, y=28.0, text_anchor=self._anchor(x, words)
            )
            of_day = f"{at:%Y} UTC" if daily else f"{at:%Y-%m-%d} UTC"
            if of_day != day and x >= free:
                day, free = of_day, x + (len(of_day) + 2) * LETTER
                anchor = self._anchor(x, of_day)
                yield element("text", of_day, class_="time", x=x, y=13.0, text_anchor=anchor)
        for each in self.scale.stretches:
            if each.cut:
                x = layout.gutter + (each.left + each.right) / 2 * layout.plot
                yield _upright("cut", x, height)

    def _anchor(self, x: float, words: str) -> str:
        """How words are set at that place so that they stay inside the drawing."""
        half = len(words) * LETTER / 2
        return "start" if x < half else "end" if x > self.layout.width - half else "middle"

    def _pauses(self, height: float, hatch: str) -> Iterator[Markup]:
        """A band a pause; its words stand at the foot, where no lane has any."""
        free = 0.0
        for pause in self.view.pauses:
            left, right = self._ends(pause)
            told = f"paused {length((pause.ended or self.until) - pause.began)}"
            yield element(
                "rect",
                element("title", f"{told}, since {clock(pause.began)}"),
                fill=f"url(#{hatch})",
                x=left,
                y=AXIS - 8.0,
                width=right - left,
                height=height - AXIS + 8.0,
            )
            middle, half = (left + right) / 2, len(told) * LETTER / 2
            x = min(max(middle, half), self.layout.width - half)
            if x - half >= free:
                free = x + half + GAP
                yield element(
                    "text", told, class_="length", x=x, y=height + 13.0, text_anchor="middle"
                )


def _upright(kind: str, x: float, height: float) -> Markup:
    return element("line", class_=kind, x1=x, x2=x, y1=AXIS - 8.0, y2=height)


def _hatch(name: str) -> Markup:
    line = element("line", class_="hatch", x1=0, y1=0, x2=0, y2=6)
    return element(
        "defs",
        element(
            "pattern",
            line,
            id=name,
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        ),
    )


def key(view: View) -> Markup:
    """What the colours of the drawing mean, of those only that it has."""
    here = {bar.kind for phase in lanes(view) for lane in phase for bar in lane.bars}
    shown = [
        element("li", _swatch(element("rect", class_=f"bar {kind}", width=14, height=10)), words)
        for kind, words in KINDS.items()
        if kind in here
    ]
    if view.pauses:
        box = element("rect", class_="pause-swatch", width=14, height=10)
        shown.append(element("li", _swatch(box), "paused"))
    if any(each.cut for each in axis(view).stretches):
        line = element("line", class_="cut", x1=7, x2=7, y1=0, y2=10)
        shown.append(element("li", _swatch(line), "time without change, cut short"))
    return element("ul", *shown, class_="key")


def axis(view: View) -> Scale:
    """The time axis of the drawing, from the report to the end, or to now."""
    last = until(view)
    return scale(view.state.started_at, last, busy(lanes(view), last))


def _swatch(drawn: Markup) -> Markup:
    return element("svg", drawn, width=14, height=10, aria_hidden="true")

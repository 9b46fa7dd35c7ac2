"""A place in a text that holds a secret: where it begins and ends, and of what kind it is."""

from __future__ import annotations

from collections.abc import Iterable

from incident_state.records import record


@record
class Span:
    """From `start` to before `end`; `kind` is empty where the text around it tells enough."""

    start: int
    end: int
    kind: str = ""

    @property
    def shown(self) -> str:
        """What stands there instead."""
        return f"[masked: {self.kind}]" if self.kind else "[masked]"


def united(spans: Iterable[Span]) -> list[Span]:
    """Those places in order, overlapping ones as one, which has the kind that one of them tells."""
    found: list[Span] = []
    for each in sorted(spans, key=lambda span: (span.start, -span.end)):
        if found and each.start < found[-1].end:
            last = found[-1]
            found[-1] = Span(last.start, max(last.end, each.end), last.kind or each.kind)
        else:
            found.append(each)
    return found

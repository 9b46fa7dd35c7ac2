"""The report of the told incident, as text and as elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from incident_state.report import page
from incident_state.report.papers import gathered
from incident_state.views import view
from tests.report.html_page import Element, read

if TYPE_CHECKING:
    from tests.support.told_incident import Told


def shown(told: Told) -> Element:
    """The page of the incident as told so far."""
    return read(text_of(told))


def text_of(told: Told) -> str:
    """The page's text."""
    state = told.session.load()
    return page(view.look(told.session, state), gathered(told.session, state))

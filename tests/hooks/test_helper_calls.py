"""The helper's own commands run without a prompt; nothing that is chained to one does."""

from __future__ import annotations

import pytest

from incident_state.hooks.helper_calls import is_helper_call

HELPER = "/data/incident-state"

ALLOWED = [
    f"{HELPER} next",
    f"{HELPER} complete 4 --project /srv/shop",
    f"{HELPER} complete 4 --project '/srv/my shop; rm -rf x'",
    f"{HELPER} note 'it''s the `pool` $(now)'",
    f'{HELPER} note "DB failed over 02:50"',
    f"{HELPER} next --project $'/srv/a\\033b\\\\c'",
    f"{HELPER} consolidate - --project /srv <<'SYNTHESIS'\nIt's `fine` $(here); rm -rf\nSYNTHESIS",
]
REFUSED = [
    f"{HELPER} next; rm -rf /srv",
    f"{HELPER} next && id",
    f"{HELPER} next | sh",
    f"{HELPER} next & id",
    f"{HELPER} next\nid",
    f"{HELPER} next > /etc/passwd",
    f"{HELPER} note $(id)",
    f"{HELPER} note $'\\'' ; kubectl delete pod x #'",
    f"{HELPER} note $'\\\\\\'' ; kubectl delete pod x #'",
    f"{HELPER} note $'\\\\' ; kubectl delete pod x #'",
    f"{HELPER} note $'a' ; kubectl delete pod x #'",
    f'{HELPER} note "$(id)"',
    f'{HELPER} note "`id`"',
    f"{HELPER} note `id`",
    f"{HELPER} consolidate - <<SYNTHESIS\n$(id)\nSYNTHESIS",
    f"{HELPER} consolidate - <<'END'\nfine\nEND\nid\nEND",
    f"{HELPER} consolidate - <<'END' ; id\nfine\nEND",
    f"{HELPER} approve",
    f"{HELPER} archive",
    f"{HELPER} start --fresh x",
    f"{HELPER}",
    "/opt/incident-state next",
    "incident-state next",
    "PATH=/tmp incident-state next",
    f"env X=1 {HELPER} next",
    f"cd / && {HELPER} next",
]


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_PLUGIN_DATA", "/data")


@pytest.mark.parametrize("command", ALLOWED)
def test_one_call_of_the_helper_is_recognised(command: str) -> None:
    """A single call, plainly quoted, perhaps with a text that the shell expands nothing in."""
    assert is_helper_call(command)


@pytest.mark.parametrize("command", REFUSED)
def test_anything_else_goes_the_usual_way(command: str) -> None:
    """Chains, redirects, expansions, other programs and what a person decides are not waved on."""
    assert not is_helper_call(command)

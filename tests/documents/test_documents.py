"""A document is valid when it is this attempt's, with each section once and none empty."""

from __future__ import annotations

import pytest

from incident_state import workflow as flow
from incident_state.documents import document, first_lines
from incident_state.masking.mask import mask

STEP = flow.load().step(8)
COMMENT = document.first_comment("INC-20261123-140500-abcd", STEP, 2)


def written(**changed: str) -> str:
    """A valid document of step 8, some sections' text replaced; None of them if it is `-`."""
    texts = dict.fromkeys(STEP.sections, "fine") | {
        "DEPLOYMENT_STATUS": "Deployed\nby hand",
        "ROLLBACK_READINESS": "Yes\nflag off",
        "SERVICE_HEALTH_POST_DEPLOY": "Healthy",
    }
    parts = [f"## {n}\n\n{t}" for n, t in (texts | changed).items() if t != "-"]
    return "\n\n".join([f"{COMMENT}\n# Deployment", *parts]) + "\n"


def test_a_document_as_the_brief_asks_is_valid() -> None:
    """Nothing is wrong with it, whatever its line ends."""
    text = written().replace("\n", "\r\n").encode()
    assert document.problems(document.decode(b"\xef\xbb\xbf" + text), STEP, COMMENT) == []


FAULTS = {
    "a section is missing": (
        written(VALIDATION_RESULTS="-"),
        ["section VALIDATION_RESULTS is missing"],
    ),
    "a section is empty": (
        written(VALIDATION_RESULTS="<!-- later -->"),
        ["section VALIDATION_RESULTS is empty"],
    ),
    "a section stands twice": (
        written() + "\n## ACTIVE_CHANGES\n\nnone\n",
        ["section ACTIVE_CHANGES stands 2 times"],
    ),
    "a heading in a fence does not count": (
        written(VALIDATION_RESULTS="-") + "\n~~~\n```\n## VALIDATION_RESULTS\nx\n~~~\n",
        ["section VALIDATION_RESULTS is missing"],
    ),
    "readiness is not said in a word": (
        written(ROLLBACK_READINESS="Yes, mostly"),
        ["the first line of ROLLBACK_READINESS is not just Yes or No"],
    ),
    "why a section does not apply is not said": (
        written(VALIDATION_RESULTS="Not applicable.", MONITORING_DASHBOARD="**N/A**"),
        [
            "section VALIDATION_RESULTS is not applicable, but does not say why",
            "section MONITORING_DASHBOARD is not applicable, but does not say why",
        ],
    ),
    "an earlier attempt wrote it": (
        written().replace("attempt 2", "attempt 1"),
        [f"its first line is not exactly {COMMENT}"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_document_is_refused_for_what_is_wrong_with_it(fault: str) -> None:
    """The refusal names the fault, and only that."""
    text, expected = FAULTS[fault]
    assert document.problems(text, STEP, COMMENT) == expected


@pytest.mark.parametrize("step", [*flow.load().steps, flow.load().rollback], ids=lambda s: s.label)
def test_a_section_may_not_apply_if_it_says_why(step: flow.Step) -> None:
    """In one line, everywhere but the severity; a fixed word is then that of nothing done."""
    why = "Not applicable: a package that users install"
    texts = {name: "P2" if name == "SEVERITY" else why for name in step.sections}
    comment = document.first_comment("INC-20261123-140500-abcd", step, 1)
    parts = [comment, "# It", *(f"## {name}\n\n{text}" for name, text in texts.items())]
    text = "\n\n".join(parts)
    assert document.problems(text, step, comment) == []
    assert first_lines.facts(text, step) == {
        name: word for name, word in first_lines.NOT_APPLICABLE.items() if name in step.sections
    }
    refused = text.replace("P2", why)
    expected = ["the first line of SEVERITY is not just P0, P1, P2 or P3"] if step.key == 1 else []
    assert document.problems(refused, step, comment) == expected


def test_a_document_states_when_it_was_reported_and_how_far_its_evidence_reaches() -> None:
    """In a line of its own, whatever stands around; a line without a time states nothing."""
    text = written(
        MONITORING_DASHBOARD="- **Evidence until:** 2026-07-02 15:42+02:00, the log's end\n"
        "> Reported: 2026-07-02T13:45Z",
        VALIDATION_RESULTS="evidence until it broke, none",
    )
    assert first_lines.facts(text, STEP) == {
        "DEPLOYMENT_STATUS": "Deployed",
        "ROLLBACK_READINESS": "Yes",
        "SERVICE_HEALTH_POST_DEPLOY": "Healthy",
        "REPORTED": "2026-07-02T13:45:00+00:00",
        "EVIDENCE_UNTIL": "2026-07-02T13:42:00+00:00",
    }
    assert "REPORTED" not in first_lines.facts(written(ACTIVE_CHANGES="Reported: today"), STEP)


def test_the_investigation_holds_the_three_documents_one_level_down() -> None:
    """Comment and title are left out, headings sink by one, code fences stay as they are."""
    text = f"{COMMENT}\n# Title\n\n## ROOT_CAUSE\n\nA pool.\n\n```sh\n# not a heading\n```\n### Why"
    assert document.combine("Checkout\nis down", [text, "b", "c"], "It fits.\n") == (
        "# Investigation: Checkout\n\n"
        "## Root Cause (from debugging)\n\n"
        "### ROOT_CAUSE\n\nA pool.\n\n```sh\n# not a heading\n```\n#### Why\n\n"
        "## Security Assessment\n\nb\n\n"
        "## Performance Analysis\n\nc\n\n"
        "## Combined Findings\n\nIt fits.\n"
    )


def test_a_title_shows_one_inert_line_of_the_incident() -> None:
    """Control bytes and direction marks are gone, and it is at most 80 characters long."""
    assert document.first_line("\x1b]0;x\x07Down\u202e now\nmore") == "]0;xDown now"
    assert len(document.first_line("y" * 300)) == 80


SECRETS = {
    "aws configure set aws_access_key_id AKIAIOSFODNN7EXAMPLE": "AKIAIOSFODNN7EXAMPLE",
    "curl -H 'Authorization: Bearer abc.def-123456'": "abc.def-123456",
    "postgres://app:s3cr3t-pw@db:5432/shop": "s3cr3t-pw",
    "DB_PASSWORD=hunter2-and-more": "hunter2-and-more",
    "token ghp_0123456789abcdefghijABCDEFGHIJ012345": "ghp_0123456789abcdefghijABCDEFGHIJ012345",
}


@pytest.mark.parametrize("line", SECRETS)
def test_a_secret_is_masked_and_the_line_around_it_kept(line: str) -> None:
    """What is left names the kind of secret at most."""
    masked, count = mask(line)
    assert (SECRETS[line] in masked, count, masked[:3]) == (False, 1, line[:3])


def test_a_line_without_a_secret_is_left_alone() -> None:
    """Hashes, trace ids and versions are evidence."""
    text = (
        "trace 4bf92f3577b34da6a3ce929d0e0e4736 at v1.2.3, commit 9fceb02d0ae598e95dc970b74767f193"
    )
    assert mask(text) == (text, 0)

"""Editing a Dockerfile's HEALTHCHECK: inside its command, as a whole, or as a new instruction."""

from __future__ import annotations

import pytest

from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.documents.dockerfile import DockerfileDocument
from litellm_harden.text.edits import apply
from litellm_harden.text.source import Source

NEW = ["CMD", "python3", "-c", "ask('x')"]
WRITTEN = 'CMD ["python3", "-c", "ask(\'x\')"]'


def proposal(text: str, **values: object) -> Proposal:
    return DockerfileDocument(Source(text)).update((), {"HEALTHCHECK": values})


def after(text: str, **values: object) -> str:
    """The text with the check made so; making it so again changes nothing."""
    made = proposal(text, **values)
    assert not isinstance(made, Refusal), made.reason
    result = apply(text, made)
    assert proposal(result, **values) == ()
    return result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\n", "FROM a\n{}\n"),
        ("FROM a", "FROM a\n{}"),
        ("FROM a\r\nRUN x\r\n", "FROM a\r\nRUN x\r\n{}\r\n"),
        ("FROM a\nRUN x\n\n# start\nENTRYPOINT x\nCMD y\n", "FROM a\nRUN x\n\n{}\n\n# start\nENTRYPOINT x\nCMD y\n"),
        ("FROM a AS b\nCMD x\nFROM c\nRUN y\n", "FROM a AS b\nCMD x\nFROM c\nRUN y\n{}\n"),
        ("FROM a AS b\nHEALTHCHECK CMD x\nFROM b\nCMD y\n", "FROM a AS b\nHEALTHCHECK CMD x\nFROM b\n{}\nCMD y\n"),
        ("FROM a\nONBUILD HEALTHCHECK CMD x\n", "FROM a\nONBUILD HEALTHCHECK CMD x\n{}\n"),
    ],
)
def test_a_check_is_added_to_the_stage_that_is_built(text: str, expected: str) -> None:
    assert after(text, test=NEW) == expected.format(f"HEALTHCHECK {WRITTEN}")


def test_options_of_a_new_check_stand_on_a_line_of_their_own() -> None:
    expected = f"FROM a\nHEALTHCHECK --interval=30s --start-period=40s \\\n  {WRITTEN}\nCMD x\n"
    assert after("FROM a\nCMD x\n", test=NEW, interval="30s", start_period="40s") == expected
    assert "--retries=3 `\n" in after("# escape=`\nFROM a\n", test=NEW, retries=3)


def test_a_check_of_a_parent_stage_passes_its_options_on() -> None:
    text = "FROM a AS b\nHEALTHCHECK --interval=7s CMD x\nFROM b\n"
    assert after(text, test=NEW, timeout="3s").endswith(f"HEALTHCHECK --interval=7s --timeout=3s \\\n  {WRITTEN}\n")


@pytest.mark.parametrize(
    ("old", "test", "new"),
    [
        ("CMD curl a/b || exit 1", ["CMD-SHELL", "curl a/c || exit 1"], "CMD curl a/c || exit 1"),
        ("CMD curl  a  \\\n   # no\n  -f", NEW, None),
        ("CMD curl \\\n    -f a", ["CMD-SHELL", "curl     -f b"], "CMD curl \\\n    -f b"),
        ('CMD ["curl",  "a"]', ["CMD", "curl", "b"], 'CMD ["curl",  "b"]'),
        ('cmd [ "curl", "a" ]', ["CMD", "curl", "-f", "a"], 'CMD ["curl", "-f", "a"]'),
        ("CMD curl a", NEW, WRITTEN),
        ("NONE", NEW, WRITTEN),
        ('CMD ["x"]', ["CMD-SHELL", "x || exit 1"], "CMD x || exit 1"),
    ],
)
def test_a_check_is_changed_where_it_differs(old: str, test: list[str], new: str | None) -> None:
    text = f"FROM a\nHEALTHCHECK --interval=7s {old}\nCMD y\n".replace("--interval=7s NONE", "NONE")
    if new is None:
        assert isinstance(proposal(text, test=test), Refusal)
    else:
        assert after(text, test=test) == text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("HEALTHCHECK CMD x", "HEALTHCHECK --timeout=5s CMD x"),
        ("HEALTHCHECK --timeout=9s CMD x", "HEALTHCHECK --timeout=5s CMD x"),
        ("HEALTHCHECK --interval=9s \\\n  CMD x", "HEALTHCHECK --interval=9s --timeout=5s \\\n  CMD x"),
    ],
)
def test_an_option_is_changed_or_joins_the_others(old: str, new: str) -> None:
    assert after(f"FROM a\n{old}\n", timeout="5s", test=["CMD-SHELL", "x"]) == f"FROM a\n{new}\n"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("FROM a\nHEALTHCHECK CMD x\n", {"test": "x"}),
        ("FROM a\nHEALTHCHECK CMD x\n", {"test": ["CMD-SHELL", "x\ny"]}),
        ("FROM a\nHEALTHCHECK CMD x\n", {"test": NEW, "interval": "1s CMD y"}),
        ("FROM a\nRUN x \\", {"test": NEW}),
    ],
)
def test_what_cannot_be_written_is_refused(text: str, values: dict[str, object]) -> None:
    assert isinstance(proposal(text, **values), Refusal)


def test_a_stage_that_others_are_built_from_is_left_alone() -> None:
    document = DockerfileDocument(Source("FROM a AS b\nHEALTHCHECK CMD x\nFROM b\n"))
    assert isinstance(document.update(("stages", 0), {"HEALTHCHECK": {"test": NEW}}), Refusal)

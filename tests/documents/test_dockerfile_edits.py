"""Editing a Dockerfile: variables and commands, in place or where a person would put them."""

import pytest

from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.documents.dockerfile import DockerfileDocument
from litellm_harden.text.edits import apply
from litellm_harden.text.source import Source


def dockerfile(text: str) -> DockerfileDocument:
    return DockerfileDocument(Source(text))


def after(text: str, proposal: Proposal) -> str:
    assert not isinstance(proposal, Refusal), proposal.reason
    return apply(text, proposal)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("FROM a\nENV A=1\n", "2", "FROM a\nENV A=2\n"),
        ('FROM a\nENV A="1" B=3\n', "2", 'FROM a\nENV A="2" B=3\n'),
        ("FROM a\nENV A='1'\n", "$x", "FROM a\nENV A='$x'\n"),
        ("FROM a\nENV A=1\n", "x y$", 'FROM a\nENV A="x y\\$"\n'),
        ("FROM a\nENV A='1'\n", "it's", 'FROM a\nENV A="it\'s"\n'),
        ("FROM a\nENV A 1 2\n", "3 4", "FROM a\nENV A 3 4\n"),
        ("FROM a\nENV A 1\n", 'q"', 'FROM a\nENV A "q\\""\n'),
        ("FROM a\nENV A=1 A=2\nENV A=3\n", "4", "FROM a\nENV A=1 A=2\nENV A=4\n"),
        ("FROM a\nENV B=1 \\\n # c\n A=3\n", "4", "FROM a\nENV B=1 \\\n # c\n A=4\n"),
        ("FROM a\nENV A=$B\n", "$B", 'FROM a\nENV A="\\$B"\n'),
        ("FROM a\nENV A=1\n", True, "FROM a\nENV A=true\n"),
        ("FROM a\nENV A=1\n", 5, "FROM a\nENV A=5\n"),
        ("FROM a\nENV A=1\n", "", "FROM a\nENV A=\n"),
        ("# escape=`\nFROM a\nENV A=1\n", 'q"\\', '# escape=`\nFROM a\nENV A="q`"\\"\n'),
    ],
)
def test_a_variable_is_changed_where_it_is_set(text: str, value: object, expected: str) -> None:
    assert after(text, dockerfile(text).update(("ENV",), {"A": value})) == expected
    assert dockerfile(expected).update(("ENV",), {"A": value}) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nENV B=1\nRUN x\n", "FROM a\nENV B=1\nENV A=2\nRUN x\n"),
        ("FROM a\n  env B=1 \\\n    C=2\nRUN x\n", "FROM a\n  env B=1 \\\n    C=2\n  env A=2\nRUN x\n"),
        ("FROM a\nENV B=1\n# intro\nRUN x", "FROM a\nENV B=1\nENV A=2\n# intro\nRUN x"),
        ("FROM a\r\nENV B=1", "FROM a\r\nENV B=1\r\nENV A=2"),
        ("FROM a\nCMD x\n", "FROM a\nENV A=2\nCMD x\n"),
        (
            "FROM a\nRUN y\n\n# one\n# two\nENTRYPOINT x\nCMD z\n",
            "FROM a\nRUN y\n\nENV A=2\n\n# one\n# two\nENTRYPOINT x\nCMD z\n",
        ),
        ("FROM a\nRUN <<E\n# no\nE\nCMD x\n", "FROM a\nRUN <<E\n# no\nE\nENV A=2\nCMD x\n"),
        ("FROM a\nRUN <<'#E'\n#E\nCMD x\n", "FROM a\nRUN <<'#E'\n#E\nENV A=2\nCMD x\n"),
        ("FROM a", "FROM a\nENV A=2"),
        ("FROM a\nRUN <<E\nx\nE\n# end\n", "FROM a\nRUN <<E\nx\nE\nENV A=2\n# end\n"),
        ("FROM a AS b\nENV A=1\nFROM b\n", "FROM a AS b\nENV A=1\nFROM b\nENV A=2\n"),
        ("FROM a AS b\nENV A=1\nCMD x\nFROM c\nUSER y\n", "FROM a AS b\nENV A=1\nCMD x\nFROM c\nUSER y\nENV A=2\n"),
        ("FROM a\nONBUILD ENV A=1\n", "FROM a\nONBUILD ENV A=1\nENV A=2\n"),
    ],
)
def test_a_new_variable_goes_where_a_person_would_put_it(text: str, expected: str) -> None:
    assert after(text, dockerfile(text).update(("ENV",), {"A": "2"})) == expected
    assert dockerfile(expected).update(("ENV",), {"A": "2"}) == ()


def test_several_variables_are_set_at_once() -> None:
    text = "FROM a\nENV A=1\nCMD x\n"
    proposal = dockerfile(text).update(("ENV",), {"A": "2", "B": "3", "C": "4 5"})
    assert after(text, proposal) == 'FROM a\nENV A=2\nENV B=3\nENV C="4 5"\nCMD x\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\n# why\nENV A=1\nRUN x\n", "FROM a\n# why\nRUN x\n"),
        ("FROM a\nENV A=1", "FROM a"),
        ("FROM a\r\nENV A=1\r\nENV A=2", "FROM a"),
        ("FROM a\r\nENV A 1 2\r\nRUN x\r\n", "FROM a\r\nRUN x\r\n"),
        ("FROM a\nENV A=1 B=2\n", "FROM a\nENV B=2\n"),
        ("FROM a\nENV B=2 A=1\n", "FROM a\nENV B=2\n"),
        ("FROM a\nENV B=2 A='1 2' C=3\nENV A=3\n", "FROM a\nENV B=2 C=3\n"),
        ("FROM a\nENV B=2 \\\n    A=1 \\\n    C=3\n", "FROM a\nENV B=2 \\\n    C=3\n"),
        ("FROM a\nENV A=1 \\\n    A=2 \\\n    C=3\n", "FROM a\nENV C=3\n"),
        ("FROM a\nENV B=1\n", "FROM a\nENV B=1\n"),
    ],
)
def test_a_variable_is_removed_and_no_more(text: str, expected: str) -> None:
    assert after(text, dockerfile(text).remove(("ENV", "A"))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('FROM a\nCMD ["x"]\n', 'FROM a\nCMD ["y", "z"]\n'),
        ("FROM a\nCMD x \\\n  w\nUSER u\n", 'FROM a\nCMD ["y", "z"]\nUSER u\n'),
        ("FROM a\n", 'FROM a\nCMD ["y", "z"]\n'),
        ("FROM a\r\nUSER u", 'FROM a\r\nUSER u\r\nCMD ["y", "z"]'),
        ('FROM a AS b\nCMD ["x"]\nFROM b\n', 'FROM a AS b\nCMD ["x"]\nFROM b\nCMD ["y", "z"]\n'),
        ("FROM a\nCMD\n", 'FROM a\nCMD ["y", "z"]\n'),
    ],
)
def test_a_command_is_replaced_or_written_at_the_end(text: str, expected: str) -> None:
    assert after(text, dockerfile(text).update((), {"CMD": ["y", "z"]})) == expected
    assert dockerfile(expected).update((), {"CMD": ["y", "z"]}) == ()


def test_an_entrypoint_is_written_before_its_command() -> None:
    proposal = dockerfile("FROM a\n").update((), {"CMD": "x y", "ENTRYPOINT": ["e"]})
    assert after("FROM a\n", proposal) == 'FROM a\nENTRYPOINT ["e"]\nCMD x y\n'


def test_any_stage_can_be_edited_by_its_number() -> None:
    text = "FROM a AS b\nENV A=1\nFROM c\nENV A=1\n"
    assert after(text, dockerfile(text).update(("stages", 0, "ENV"), {"A": "2"})) == text.replace("A=1", "A=2", 1)


@pytest.mark.parametrize(
    ("text", "path", "values"),
    [
        ("FROM a\nENV B=1 \\\n", ("ENV",), {"A": "1"}),
        ("FROM a\nENV A=1\n", ("ENV",), {"A": "1\n2"}),
        ("FROM a\nENV A=1\n", ("ENV",), {"A": None}),
        ("FROM a\nENV A=1\n", ("ENV",), {"A B": "1"}),
        ('FROM a\nENV A="1 \\\n # c\n 2"\n', ("ENV",), {"A": "1"}),
        ("FROM a AS b\nENV A=1\nFROM b\n", ("stages", 0, "ENV"), {"A": "2"}),
        ("FROM a\n", ("stages", 7, "ENV"), {"A": "2"}),
        ("FROM a\nCMD x \\\n # c\n y\n", (), {"CMD": ["z"]}),
        ("FROM a\n", (), {"CMD": 1}),
        ("FROM a\n", (), {"USER": "x"}),
    ],
)
def test_what_cannot_be_edited_safely_is_refused(
    text: str, path: tuple[str | int, ...], values: dict[str | int, object]
) -> None:
    assert isinstance(dockerfile(text).update(path, values), Refusal)


@pytest.mark.parametrize(
    "text",
    [
        "FROM a AS b\nENV A=1\nFROM b\nENV A=2\n",
        "FROM a AS b\nENV A=1\nFROM b\n",
        "FROM a AS b\nONBUILD ENV A=1\nFROM b\n",
        "FROM a\nENV B=1 \\\n # c\n A=2\n",
    ],
)
def test_a_variable_that_would_come_back_or_take_a_comment_with_it_is_not_removed(text: str) -> None:
    assert isinstance(dockerfile(text).remove(("ENV", "A")), Refusal)

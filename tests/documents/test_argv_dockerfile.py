"""Command lines in a Dockerfile: options found, set and removed in place."""

import pytest

from litellm_harden.documents.argv import CommandLine
from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.documents.dockerfile import DockerfileDocument
from litellm_harden.text.edits import apply
from litellm_harden.text.source import Source


def command(text: str, name: str = "CMD") -> CommandLine:
    return CommandLine.in_dockerfile(DockerfileDocument(Source(f"FROM a\n{text}")), name)


def after(text: str, proposal: Proposal) -> str:
    assert not isinstance(proposal, Refusal), proposal.reason
    return apply(f"FROM a\n{text}", proposal).removeprefix("FROM a\n")


def test_words_of_both_forms() -> None:
    executed = command('CMD ["--port", \\\n  "40 00"]\n')
    assert (executed.form, [word.text for word in executed.words]) == ("exec", ["--port", "40 00"])
    shell = command('CMD litellm --port $PORT \'--a b\' \\\n  "c\\"d" $(nproc --all) e\\ f # no\n')
    assert shell.form == "shell"
    assert [(word.text, word.expands) for word in shell.words] == [
        ("litellm", False),
        ("--port", False),
        ("$PORT", True),
        ("--a b", False),
        ('c"d', False),
        ("$(nproc --all)", True),
        ("e f", False),
    ]
    text = 'FROM a\nCMD litellm --port $PORT \'--a b\' \\\n  "c\\"d" $(nproc --all) e\\ f # no\n'
    written = [text[word.span.start : word.span.end] for word in shell.words]
    assert written[3:] == ["'--a b'", '"c\\"d"', "$(nproc --all)", "e\\ f"]


@pytest.mark.parametrize(
    ("text", "value", "written"),
    [
        ('CMD ["--port", "4000"]', "4000", '"4000"'),
        ('CMD ["--port=4000"]', "4000", "4000"),
        ('CMD ["-p", "1", "--port", "2"]', "2", '"2"'),
        ('CMD ["-p4"]', "4", "4"),
        ('CMD ["--port"]', None, ""),
        ("CMD litellm --port 4000", "4000", "4000"),
        ("CMD litellm --port='4000'", "4000", "'4000'"),
        ("CMD litellm '--port=4000'", "4000", "4000"),
    ],
)
def test_an_option_is_found_with_its_value(text: str, value: str | None, written: str) -> None:
    found = command(text).find(("--port", "-p"), True)
    assert found is not None
    assert found.value == value
    assert f"FROM a\n{text}"[found.span.start : found.span.end] == written


def test_a_flag_is_found_as_true() -> None:
    line = command('CMD ["--debug", "--port", "1"]')
    found = line.find("--debug", False)
    assert found is not None
    assert found.value is True
    assert line.find("--detailed_debug", False) is None


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ('CMD ["--port", "1"]', "4", 'CMD ["--port", "4"]'),
        ('CMD ["--port=1", "x"]\r\n', 4, 'CMD ["--port=4", "x"]\r\n'),
        ('CMD ["a"]\n', "4", 'CMD ["a", "--port", "4"]\n'),
        ("CMD []", "4", 'CMD ["--port", "4"]'),
        ('CMD ["--a=1", "--b=2"]', "4", 'CMD ["--a=1", "--b=2", "--port=4"]'),
        ('CMD [ \\\n  "a" \\\n]', "4", 'CMD [ \\\n  "a", "--port", "4" \\\n]'),
        ('CMD ["--port"]', "4", 'CMD ["--port", "4"]'),
        ('CMD ["a"]', True, 'CMD ["a", "--port"]'),
        ("CMD litellm --port 1 --x", "4", "CMD litellm --port 4 --x"),
        ('CMD litellm --port "1"', "4", 'CMD litellm --port "4"'),
        ("CMD litellm --port '1'", "4 5", "CMD litellm --port '4 5'"),
        ("CMD litellm --port $PORT", "4", "CMD litellm --port 4"),
        ("CMD litellm --port $PORT", "$PORT", "CMD litellm --port '$PORT'"),
        ("CMD litellm \\\n  --x \\\n", "4", "CMD litellm \\\n  --x --port 4 \\\n"),
        ("CMD litellm --x  # why", "4", "CMD litellm --x --port 4  # why"),
        ("CMD litellm", "a b$", "CMD litellm --port 'a b$'"),
    ],
)
def test_an_option_is_set_in_the_form_at_hand(text: str, value: object, expected: str) -> None:
    assert after(text, command(text).set("--port", value)) == expected
    assert command(expected).set("--port", value) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('CMD ["a", "--port", "1", "b"]', 'CMD ["a", "b"]'),
        ('CMD ["--port", "1", "b"]', 'CMD ["b"]'),
        ('CMD ["--port=1"]', "CMD []"),
        ('CMD ["--port", "1", "a", "--port", "2"]', 'CMD ["a"]'),
        ("CMD a --port 1 b", "CMD a b"),
        ("CMD a \\\n  --port 1 \\\n  b", "CMD a \\\n  b"),
        ("CMD a", "CMD a"),
    ],
)
def test_an_option_is_removed_with_its_value(text: str, expected: str) -> None:
    assert after(text, command(text).remove("--port", True)) == expected


@pytest.mark.parametrize(
    "text",
    [
        'CMD ["/bin/sh", "-c", "litellm --port 1"]',
        'CMD ["bash", "-ec", "litellm"]',
        'CMD ["tini", "--", "sh", "-e", "-c", "litellm"]',
        "CMD litellm && echo",
        "CMD litellm > /log",
        "CMD a; litellm",
        "CMD litellm | tee x",
        "CMD litellm 'open",
    ],
)
def test_a_script_is_read_but_not_edited(text: str) -> None:
    line = command(text)
    assert line.script
    assert line.words
    proposal = line.set("--port", "4")
    assert isinstance(proposal, Refusal)
    assert proposal.reason == "the command is a shell script"


@pytest.mark.parametrize(
    "text",
    [
        "CMD litellm \\\n# why\n --port 1",
        'CMD ["a", \\\n# why\n "--port", "1"]',
    ],
)
def test_a_comment_inside_the_command_is_never_lost(text: str) -> None:
    assert isinstance(command(text).remove("--port", True), Refusal)


def test_a_shell_that_runs_a_file_is_no_script() -> None:
    assert not command('CMD ["sh", "start.sh", "-c", "x"]').script


def test_the_command_of_another_stage_is_not_edited() -> None:
    document = DockerfileDocument(Source('FROM a AS b\nCMD ["x"]\nFROM b\n'))
    line = CommandLine.in_dockerfile(document, "CMD")
    assert [word.text for word in line.words] == ["x"]
    assert isinstance(line.set("--port", "1"), Refusal)
    assert isinstance(CommandLine.in_dockerfile(document, "CMD", document.target("b")).set("--port", "1"), Refusal)


def test_no_command_has_no_words() -> None:
    line = command("RUN x")
    assert line.words == ()
    assert line.find("--port", True) is None
    assert line.remove("--port", True) == ()
    assert isinstance(line.set("--port", "1"), Refusal)

"""Command lines in YAML: lists and strings in every style."""

import pytest

from litellm_harden.documents.argv import CommandLine
from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.text.edits import apply
from litellm_harden.text.source import Source


def command(text: str) -> CommandLine:
    return CommandLine.in_yaml(YamlDocument.compose(Source(text)), ("command",))


def after(text: str, proposal: Proposal) -> str:
    assert not isinstance(proposal, Refusal), proposal.reason
    return apply(text, proposal)


def written(text: str) -> list[str]:
    return [text[word.span.start : word.span.end] for word in command(text).words]


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ('command: ["--port", 4000, x]\n', "exec", ["--port", "4000", "x"]),
        ("command:\n- --port\n- '40'\n", "exec", ["--port", "40"]),
        ("command: litellm --port '4 0'\n", "shell", ["litellm", "--port", "4 0"]),
        ('command: "litellm --port \\"4 0\\""\n', "shell", ["litellm", "--port", "4 0"]),
        ("command: 'litellm --x ''a b'''\n", "shell", ["litellm", "--x", "a b"]),
        ("command: >\n  litellm\n  --port 1\n", "shell", ["litellm", "--port", "1"]),
        ("command: |\n  litellm\n  --port 1\n", "shell", ["litellm", "--port", "1"]),
        ("command: litellm --port ${PORT:-40 00} $$x\n", "shell", ["litellm", "--port", "${PORT:-40 00}", "$$x"]),
        ("command: a # b\n", "shell", ["a"]),
        ("command: |\n  a \\\n    --port \\n\n", "shell", ["a", "\n", "--port", "\n"]),
        ('command: \'a "b\\c\\""\'\n', "shell", ["a", 'bc"']),
        ("command:\n", "exec", []),
        ("other: 1\n", "exec", []),
        ('command: ""\n', "shell", []),
    ],
)
def test_words_are_read_in_every_style(text: str, form: str, words: list[str]) -> None:
    line = command(text)
    assert (line.form, [word.text for word in line.words]) == (form, words)
    assert not line.script
    assert not any(word.expands for word in line.words)


def test_words_are_located_in_the_file() -> None:
    assert written("command:\n  - --port\n  - '40' # c\n") == ["--port", "'40'"]
    assert written('command: "litellm --port \\"4 0\\" x"\n') == ["litellm", "--port", '\\"4 0\\"', "x"]
    assert written("command: 'litellm ''a b'' x'\n") == ["litellm", "''a b''", "x"]
    assert written("command: >-\n  litellm\n  --port 1\n") == ["litellm", "--port", "1"]
    assert written("command: litellm\n  --port   1\n") == ["litellm", "--port", "1"]


ADDED = [
    ('command: ["a"]\n', 'command: ["a", "--port", "4"]\n'),
    ("command: [a, --x]\n", 'command: [a, --x, --port, "4"]\n'),
    ("command: ['a']  # c\n", "command: ['a', '--port', '4']  # c\n"),
    ("command: []\n", 'command: ["--port", "4"]\n'),
    ('command: [\n  "a",\n  "b"\n]\n', 'command: [\n  "a",\n  "b",\n  "--port",\n  "4"\n]\n'),
    ('command: [\n  "a",\n  "b",  # c\n]\n', 'command: [\n  "a",\n  "b",  # c\n  "--port",\n  "4",\n]\n'),
    ('command: [\n  "a", "b"  # c\n  ]\n', 'command: [\n  "a", "b",  # c\n  "--port", "4"\n  ]\n'),
    ('command: ["a",\n  "b"]\n', 'command: ["a",\n  "b", "--port", "4"]\n'),
    ("command:\n  - a\n", 'command:\n  - a\n  - --port\n  - "4"\n'),
    ("command:\n- 'a'\n- 'b' # c\n# d\n", "command:\n- 'a'\n- 'b' # c\n- '--port'\n- '4'\n# d\n"),
    ('command:\n  -  "a"\r\n', 'command:\n  -  "a"\r\n  -  "--port"\r\n  -  "4"\r\n'),
    ("command:\n  - a", 'command:\n  - a\n  - --port\n  - "4"'),
    ("command:\n  - --x=1\n  - --y=2\n\nz: 1\n", "command:\n  - --x=1\n  - --y=2\n  - --port=4\n\nz: 1\n"),
    ("command: litellm --x # c\n", "command: litellm --x --port 4 # c\n"),
    ('command: "litellm"\n', 'command: "litellm --port 4"\n'),
    ("command: 'litellm'\r\n", "command: 'litellm --port 4'\r\n"),
    ("command: >\n  litellm\n  --x\nz: 1\n", "command: >\n  litellm\n  --x --port 4\nz: 1\n"),
    ("command: |-\n  litellm --x", "command: |-\n  litellm --x --port 4"),
    ("command: litellm\n  --x\n", "command: litellm\n  --x --port 4\n"),
]


@pytest.mark.parametrize(("text", "expected"), ADDED)
def test_a_new_option_follows_the_style_of_the_others(text: str, expected: str) -> None:
    assert after(text, command(text).set("--port", "4")) == expected
    assert command(expected).set("--port", "4") == ()


@pytest.mark.parametrize(("expected", "text"), [pair for pair in ADDED if pair[0] != "command: []\n"])
def test_a_removed_option_leaves_what_was_there(text: str, expected: str) -> None:
    removed = after(text, command(text).remove("--port", True))
    assert removed.replace(",  # c\n", "  # c\n") == expected.replace(",  # c\n", "  # c\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('command: ["--port", "1"]\n', 'command: ["--port", "4"]\n'),
        ("command: [--port, 1]\n", 'command: [--port, "4"]\n'),
        ("command: ['--port=1']\n", "command: ['--port=4']\n"),
        ("command:\n- --port\n- '1' # c\n", "command:\n- --port\n- '4' # c\n"),
        ("command:\n- --port=1\n", "command:\n- --port=4\n"),
        ("command: a --port 1 b\n", "command: a --port 4 b\n"),
        ("command: >\n  a --port\n  1 b\n", "command: >\n  a --port\n  4 b\n"),
        ('command: "a --port \\"1\\" b"\n', 'command: "a --port \\"4\\" b"\n'),
        ("command: 'a --port ''1'' b'\n", "command: 'a --port ''4'' b'\n"),
    ],
)
def test_a_value_is_replaced_in_its_own_quotes(text: str, expected: str) -> None:
    assert after(text, command(text).set("--port", "4")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("command:\n- --port\n- '1' # c\n- x\n", "command:\n# c\n- x\n"),
        ("command: [--port, 1, x]\n", "command: [x]\n"),
        ("command: [--port, 1,]\n", "command: []\n"),
        ("command: |\n  a\n  --port 1\n  b\n", "command: |\n  a\n  b\n"),
        ("command: >\n  --port 1\n  a\n  b\n", "command: >\n  a\n  b\n"),
        ("command: --port 1   a\n", "command: a\n"),
    ],
)
def test_an_option_is_removed_from_any_place(text: str, expected: str) -> None:
    assert after(text, command(text).remove("--port", True)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "command: sh -c 'litellm --port 1'\n",
        "command: [sh, -c, 'litellm --port 1']\n",
        "command: litellm --port 1 && x\n",
        "command: litellm 'open\n",
        "command: [a, [b]]\n",
        "command: {a: b}\n",
        "command:\n- |\n  set -e\n  litellm\n",
    ],
)
def test_scripts_are_not_edited(text: str) -> None:
    assert command(text).script
    assert isinstance(command(text).set("--port", "4"), Refusal)


@pytest.mark.parametrize(
    "text",
    [
        "x: &c [a]\ncommand: *c\n",
        "command: &c [a]\nx: *c\n",
        "command: &c litellm\nx: *c\n",
        "x: &c {command: [a]}\n<<: *c\n",
        "x: &p a\ncommand:\n- *p\n",
        "command:\n- |\n  a\n",
        "command:\n- &p a\nx: *p\n",
        'command: ""\n',
    ],
)
def test_what_serves_others_or_is_written_oddly_is_not_edited(text: str) -> None:
    assert isinstance(command(text).set("--port", "4"), Refusal)


def test_a_word_that_others_refer_to_is_not_taken_out() -> None:
    line = command("command: [a, &p --port, 1]\nx: *p\n")
    assert isinstance(line.remove("--port", True), Refusal)


def test_a_value_that_the_style_cannot_hold_is_refused() -> None:
    assert isinstance(command("command: litellm\n").set("--x", "a: b"), Refusal)
    text = "command: 'litellm'\n"
    assert after(text, command(text).set("--x", "a: b")) == "command: 'litellm --x ''a: b'''\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('command: [\n  "a",  # b\n  "--port", "1"\n]\n', 'command: [\n  "a",  # b\n]\n'),
        ('command: [\n  "--port",  # b\n  "1",\n  "c"\n]\n', 'command: [\n  # b\n  "c"\n]\n'),
        ('command: ["a", # b\n  "--port", "1", "c"]\n', 'command: ["a", # b\n  "c"]\n'),
    ],
)
def test_comments_between_words_stay(text: str, expected: str) -> None:
    assert after(text, command(text).remove("--port", True)) == expected


def test_words_are_added_and_replaced_as_such() -> None:
    text = 'command: ["postgres", "-c", "max_connections=100"]\n'
    assert after(text, command(text).replace(2, "max_connections=200")) == text.replace("100", "200")
    assert after(text, command(text).add(["-c", "x=1"])) == text.replace("]", ', "-c", "x=1"]')
    assert command(text).replace(0, "postgres") == ()

"""Reading a Dockerfile: what its image says, and where."""

import pytest

from litellm_harden.documents.base import Unparsable
from litellm_harden.documents.dockerfile import DockerfileDocument
from litellm_harden.text.source import Source


def dockerfile(text: str) -> DockerfileDocument:
    return DockerfileDocument(Source(text))


def value(document: DockerfileDocument, *path: str | int) -> object:
    found = document.find(path)
    return None if found is None else found.value


def written(document: DockerfileDocument, *path: str | int) -> str:
    found = document.find(path)
    assert found is not None
    return document.source.text[found.span.start : found.span.end]


@pytest.mark.parametrize(
    ("instruction", "expected", "text"),
    [
        ("ENV A=b", "b", "b"),
        ('env A="d e"', "d e", '"d e"'),
        ("ENV A='d $e'", "d $e", "'d $e'"),
        ("ENV A=d\\ e", "d e", "d\\ e"),
        ("ENV A b c  d", "b c  d", "b c  d"),
        ("ENV A $B/x", "$B/x", "$B/x"),
        ("ENV X=1 A=2 Y=3", "2", "2"),
        ("ENV X=1 \\\n    # why\n\n    A=2", "2", "2"),
        ("ENV X=1 \\\r\n    A=2", "2", "2"),
        ("ENV A=1 A=2", "2", "2"),
        ("ENV A=", "", ""),
        ('ENV A="x\\\n  y"', "x  y", '"x\\\n  y"'),
    ],
)
def test_a_variable_is_read_as_docker_reads_it(instruction: str, expected: str, text: str) -> None:
    document = dockerfile(f"FROM a\n{instruction}\n")
    assert value(document, "ENV", "A") == expected
    assert written(document, "ENV", "A") == text


def test_the_key_of_a_variable_is_located() -> None:
    document = dockerfile("FROM a\nENV X=1 NAME=2\n")
    found = document.find(("ENV", "NAME"))
    assert found is not None
    assert found.key is not None
    assert document.source.text[found.key.start : found.key.end] == "NAME"


@pytest.mark.parametrize(
    ("raw", "expands"), [("$B", True), ("${B:-x}", True), ("'$B'", False), ("\\$B", False), ("5$", False)]
)
def test_a_variable_that_docker_substitutes_is_told_from_a_literal_dollar(raw: str, expands: bool) -> None:
    assert dockerfile(f"FROM a\nENV A={raw}\n").expands("A") is expands


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN <<EOF\nENV A=no\nCMD no\nEOF\nENV A=1\n",
        "FROM a\nRUN <<-'EOF' sh && <<B cat\nENV A=no\n\tEOF\nENV A=no\nB\nENV A=1\n",
        "FROM a\nRUN cat > /x << 'EOF'\nENV A=no\nEOF\nENV A=1\n",
        "FROM a\nRUN echo $((1 << 2))\nENV A=1\n",
        "FROM a\nCOPY <<EOF /x\nENV A=no \\\nEOF\nENV A=1\n",
        "FROM a\nRUN echo \\\n# ENV A=no \\\n\n  ENV A=no\nENV A=1\n",
        "# escape=`\nFROM a\nRUN dir C:\\\nENV A=1\n",
        "FROM a\nONBUILD ENV A=no\nENV A=1\n",
        "FROM a\nENV A=1\nONBUILD ENV A=no",
        "FROM a\nRUN echo \\\\\nENV A=1\n",
        "FROM a AS other\nENV A=no\nFROM b\nENV A=1",
        "  from a\r\n  env A=1\r\n",
    ],
)
def test_only_real_instructions_count(text: str) -> None:
    assert value(dockerfile(text), "ENV", "A") == "1"


def test_the_escape_directive_sets_continuation_and_escape() -> None:
    document = dockerfile('# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nENV A=C:\\x `\n  B="`"q`""\n')
    assert (value(document, "ENV", "A"), value(document, "ENV", "B")) == ("C:\\x", '"q"')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no FROM"),
        ("# only a comment\n", "no FROM"),
        ("ENV A=1\nFROM a\n", "before the first FROM"),
        ("FROM a\nRUN <<EOF\nx\n", "not closed"),
        ("FROM a\nSPIN x\n", "SPIN"),
        ("FROM a b\n", "FROM takes"),
        ("FROM\n", "FROM takes"),
        ("FROM a\nENV A\n", "ENV takes"),
        ("FROM a\nENV A=1 B\n", "ENV takes"),
        ("FROM a\nCMD --port 4000\n", "no flag"),
        ("# escape=x\nFROM a\n", "escape"),
    ],
)
def test_what_docker_rejects_is_unparsable(text: str, message: str) -> None:
    with pytest.raises(Unparsable, match=message):
        dockerfile(text)


def test_stages_know_their_base_alias_and_parent() -> None:
    document = dockerfile(
        "ARG TAG=v1.81.0\nARG IMAGE=litellm:$TAG\nFROM --platform=linux/amd64 ${IMAGE} AS Builder\n"
        "ENV A=1\nFROM other\nFROM builder as final\nENV B=2\n"
    )
    assert [(stage.base, stage.alias) for stage in document.stages] == [
        ("litellm:v1.81.0", "Builder"),
        ("other", None),
        ("builder", "final"),
    ]
    span = document.stages[0].span
    assert document.source.text[span.start : span.end] == "${IMAGE}"
    assert document.final.parent is document.stages[0]
    inherited, own = document.find(("ENV", "A")), document.find(("ENV", "B"))
    assert inherited is not None
    assert own is not None
    assert (inherited.value, inherited.inherited) == ("1", True)
    assert (own.value, own.inherited) == ("2", False)


def test_a_target_is_found_by_name_or_number() -> None:
    document = dockerfile("FROM a AS One\nENV A=1\nFROM b\n")
    one = document.target("one")
    assert one is document.stages[0]
    assert document.target("1") is document.final is document.target(None)
    assert document.target("nine") is None
    assert value(document, "ENV", "A") is None
    assert value(document, "stages", 0, "ENV", "A") == "1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('CMD ["a", "b c"]', ["a", "b c"]),
        ('CMD [ "a", \\\n # why\n "b" ]', ["a", "b"]),
        ("CMD a 'b c'", "a 'b c'"),
        ("CMD ['a']", "['a']"),
        ("CMD a\nCMD []", []),
        ('ENTRYPOINT ["e"]', None),
        ('CMD ["a"]\nENTRYPOINT ["e"]', ["a"]),
    ],
)
def test_the_command_is_that_of_the_image(text: str, expected: object) -> None:
    assert value(dockerfile(f"FROM a\n{text}\n"), "CMD") == expected


def test_an_entrypoint_empties_the_command_of_its_base_alone() -> None:
    document = dockerfile('FROM a AS b\nCMD ["old"]\nFROM b\nENTRYPOINT ["e"]\n')
    assert document.command() is None
    triggered = dockerfile('FROM a AS b\nONBUILD CMD ["new"]\nFROM b\nENTRYPOINT ["e"]\n').command()
    assert triggered is not None
    assert (triggered.value, triggered.inherited) == (["new"], True)
    inherited = dockerfile('FROM a AS b\nENTRYPOINT ["e"]\nCMD ["old"]\nFROM b\n').command()
    assert inherited is not None
    assert inherited.inherited


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "HEALTHCHECK --interval=30s \\\n  CMD curl -f http://x || exit 1",
            ["CMD-SHELL", "curl -f http://x || exit 1"],
        ),
        ('HEALTHCHECK CMD ["curl", "x"]', ["CMD", "curl", "x"]),
        ("HEALTHCHECK NONE", ["NONE"]),
    ],
)
def test_a_health_check_takes_the_form_of_compose(text: str, expected: object) -> None:
    assert value(dockerfile(f"FROM a\n{text}\n"), "HEALTHCHECK") == expected


def test_copies_give_sources_and_absolute_destinations() -> None:
    document = dockerfile(
        "FROM a\nARG NAME=config\nCOPY one.yaml .\nWORKDIR /app\nWORKDIR sub\nCOPY --chown=x:y ${NAME}.yaml ./c.yaml\n"
        'COPY a b /etc\nADD ["s p", "/x/"]\nCOPY --from=builder /v /v\nCOPY <<EOF /app/h.yaml\nkey: 1\nEOF\n'
        "ADD https://x.test/y /y\nCOPY late.yaml /app\n"
    )
    assert [(c.source, c.destination, c.origin, c.content) for c in document.copies(base="/base")] == [
        ("one.yaml", "/base/", None, None),
        ("config.yaml", "/app/sub/c.yaml", None, None),
        ("a", "/etc/", None, None),
        ("b", "/etc/", None, None),
        ("s p", "/x/", None, None),
        ("/v", "/v", "builder", None),
        (None, "/app/h.yaml", None, "key: 1\n"),
        ("https://x.test/y", "/y", "https://x.test/y", None),
        ("late.yaml", "/app/", None, None),
    ]
    assert document.workdir() == "/app/sub"


def test_the_text_of_run_holds_pins_with_build_arguments_filled_in() -> None:
    document = dockerfile(
        "ARG V=1.81.0\nFROM a AS b\nARG V\nRUN pip install litellm[proxy]==${V}\n"
        "FROM b\nRUN <<EOF\npip install prisma\nEOF\nFROM c AS other\nRUN no\nFROM b\nRUN <<EOF\nlast\nEOF\n"
    )
    assert "litellm[proxy]==1.81.0" in document.run_text()
    assert "last" in document.run_text()
    assert "no" not in document.run_text()
    assert "prisma" not in document.run_text()


def test_every_instruction_knows_its_place() -> None:
    document = dockerfile("# c\nFROM a\n\nRUN <<EOF\nx\nEOF\n  onbuild run y\n")
    assert [(i.name, i.line, i.onbuild, i.stage) for i in document.instructions] == [
        ("FROM", 2, False, 0),
        ("RUN", 4, False, 0),
        ("RUN", 7, True, 0),
    ]
    spans = [document.source.text[i.span.start : i.span.end] for i in document.instructions]
    assert spans == ["FROM a", "RUN <<EOF\nx\nEOF", "onbuild run y"]


def test_build_arguments_that_are_given_win_over_defaults() -> None:
    document = dockerfile(
        "ARG TAG=1\nARG NAME\nFROM litellm:${TAG} AS b\nARG V=2\nENV E=$V\n"
        "FROM b\nRUN pip install litellm==$V $E $NAME\n"
    )
    given = {"TAG": "3", "V": "4", "NAME": "n", "E": "no"}
    assert (document.base_image(), document.base_image(arguments=given)) == ("litellm:1", "litellm:3")
    assert document.run_text() == "pip install litellm==2 2 $NAME"
    assert document.run_text(arguments=given) == "pip install litellm==4 4 $NAME"
    assert dockerfile("ARG NAME\nFROM $NAME\n").base_image() == "$NAME"
    assert dockerfile("ARG NAME\nFROM $NAME\n").base_image(arguments=given) == "n"

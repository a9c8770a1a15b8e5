"""Each kind of document: an edit is refused, or it changes what it says and nothing else, and can be taken back."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

from litellm_harden.documents.argv import CommandLine
from litellm_harden.documents.base import Path, Proposal, Refusal, Unparsable
from litellm_harden.documents.dockerfile import DockerfileDocument
from litellm_harden.documents.dotenv import DotenvDocument
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.text.edits import apply, reverse
from litellm_harden.text.source import Source

NEW: tuple[Any, ...] = (
    *(1, 0, -1.5, True, None, "x", "", "yes", "012", "a: b", "# c", "it's", 'say "x"', "é", "$A", " a", "a\\"),
    *([], {}, ["a", 1], {"k": "v"}, "two\nlines"),
)
NAMES = ("A", "LITELLM_LOG", "DATABASE_URL", "B", "größe")
MOST = 3000
"""Values of a YAML file that is compared before and after."""

Reader = Callable[[Source], YamlDocument]


def try_document(kind: str, text: str, random: Random) -> bool:
    """Whether the text could be read. Any exception is a bug."""
    try:
        source = Source.decode(text.encode("utf-8", "surrogatepass"))
    except ValueError:
        return False
    try:
        _TRIED[kind](source, random)
    except Unparsable:
        return False
    return True


def _config(source: Source, random: Random) -> None:
    _yaml(YamlDocument.litellm, source, random)


def _compose(source: Source, random: Random) -> None:
    _yaml(YamlDocument.compose, source, random)


def _yaml(read: Reader, source: Source, random: Random) -> None:
    document = read(source)
    document.duplicates()
    paths = _paths(document.data)
    for _ in range(4 if len(paths) < MOST else 0):
        path, parent = random.choice(paths), random.choice(paths)
        document.find(path)
        document.tag(path)
        document.style(path)
        document.offsets(path)
        key = random.choice(("timeout", "größe", "a b", 12, "12", *(one[-1] for one in paths[1:3])))
        value = random.choice(NEW)
        told, propose, change = random.choice(
            (
                (
                    f"update {parent} {key!r} {value!r}",
                    partial(document.update, parent, {key: value}),
                    _put(parent, key, value),
                ),
                (f"append {path} {value!r}", partial(document.append, path, value), _append(path, value)),
                (f"remove {path}", partial(document.remove, path), _take(path)),
                (f"rename {path}", partial(document.rename, path, "renamed"), _rename(path, "renamed")),
            )
        )
        proposal = propose()
        result = _applied(source, proposal)
        if result is not None and not ("<<" in source.text and told.startswith(("remove", "rename"))):
            # What a merge brings comes to light where the key that hid it is gone.
            wanted = _unshared(document.data)
            wanted = change({} if wanted is None else wanted)
            found = _reread(read, result).data
            assert _same(found, wanted), told


def _dotenv(source: Source, random: Random) -> None:
    document = DotenvDocument(source)
    name, value = random.choice((*NAMES, *list(document.data)[:20])), random.choice(NEW)
    wanted = dict(document.data)
    if random.random() < 0.5:
        proposal = document.update((), {name: value}, quotes=random.random() < 0.5)
        wanted[name] = str(value)
    else:
        proposal = document.remove((name,))
        wanted.pop(name, None)
    result = _applied(source, proposal)
    assert result is None or _reread(DotenvDocument, result).data == wanted, f"{name} {value!r}"
    document.find((name,))


def _dockerfile(source: Source, random: Random) -> None:
    document = DockerfileDocument(source)
    document.copies()
    document.run_text()
    document.base_image()
    before: Any = document.data
    stage: Any = ("stages", random.randrange(len(document.stages)))
    stage = random.choice(((), stage)) if len(document.stages) > 1 else ()
    name, value = random.choice(NAMES[:4]), random.choice([one for one in NEW if isinstance(one, str)])
    command = random.choice(([value, "a"], f"run {value}" if "\n" not in value else "run"))
    tried: tuple[tuple[str, Callable[[], Proposal]], ...] = (
        ("ENV", lambda: document.update((*stage, "ENV"), {name: value})),
        ("ENV", lambda: document.remove((*stage, "ENV", name))),
        ("CMD", lambda: document.update(stage, {"CMD": command})),
        ("CMD ", lambda: CommandLine.in_dockerfile(document, "CMD").set("--port", value)),
        ("CMD  ", lambda: CommandLine.in_dockerfile(document, "CMD").remove("--port", True)),
        (
            "HEALTHCHECK",
            lambda: document.update(stage, {"HEALTHCHECK": {"test": ["CMD", value], "interval": "5s"}}),
        ),
    )
    changed, proposal = random.choice(tried)
    result = _applied(source, proposal())
    if result is not None:
        after: Any = _reread(DockerfileDocument, result).data
        kept = {key for key in {*before, *after} if key not in (changed.rstrip(), "stages", "rest")}
        assert all(before.get(key) == after.get(key) for key in kept), f"{changed} {stage} {name} {value!r}"
        assert len(before["stages"]) == len(after["stages"]), f"{changed} {stage} {name} {value!r}"


_TRIED = {"config": _config, "compose": _compose, "dotenv": _dotenv, "dockerfile": _dockerfile}
KINDS = tuple(_TRIED)


def _applied(source: Source, proposal: Proposal) -> Source | None:
    """The text after the edits, which can be taken back; None where they are refused."""
    if isinstance(proposal, Refusal):
        return None
    result = apply(source.text, proposal)
    assert apply(result, reverse(source.text, proposal)) == source.text
    return Source(result, source.bom)


def _reread(read: Callable[[Source], Any], source: Source) -> Any:
    try:
        return read(source)
    except Unparsable as error:
        raise AssertionError(f"the edited text {error} ({error.line})") from None


def _paths(data: object) -> list[Path]:
    """The places of the data, at most MOST."""
    found: list[Path] = []
    waiting: list[tuple[Path, object]] = [((), data)]
    while waiting and len(found) < MOST:
        path, value = waiting.pop()
        found.append(path)
        if isinstance(value, dict):
            waiting += [((*path, key), inner) for key, inner in value.items() if type(key) in (str, int)]
        elif isinstance(value, list):
            waiting += [((*path, at), inner) for at, inner in enumerate(value)]
    return found


def _unshared(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _unshared(value) for key, value in data.items()}
    return [_unshared(value) for value in data] if isinstance(data, list) else data


def _put(path: Path, key: str | int, value: Any) -> Callable[[Any], Any]:
    def change(data: Any) -> Any:
        inner = data
        for at, step in enumerate(path):
            if inner[step] is None:
                inner[step] = {}
            inner = inner[step]
            assert isinstance(inner, (dict, list)), f"changed what is no mapping: {path[: at + 1]}"
        inner[key] = value
        return data

    return change


def _append(path: Path, value: Any) -> Callable[[Any], Any]:
    def change(data: Any) -> Any:
        found = _at(data, path)
        if found is None or (found == {} and not path):
            return [value] if not path else _put(path[:-1], path[-1], [value])(data)
        found.append(value)
        return data

    return change


def _take(path: Path) -> Callable[[Any], Any]:
    def change(data: Any) -> Any:
        del _at(data, path[:-1])[path[-1]]
        return data

    return change


def _rename(path: Path, name: str) -> Callable[[Any], Any]:
    def change(data: Any) -> Any:
        parent = _at(data, path[:-1])
        parent[name] = parent.pop(path[-1])
        return data

    return change


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other) or (isinstance(one, float) and math.isnan(one) and math.isnan(other))

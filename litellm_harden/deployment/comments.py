"""`# lh: ignore[RULE] reason` in the files of a deployment: what such a comment names, where, and what it covers."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Origin, Setting, State
from litellm_harden.deployment.parts import Files
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.base import Document
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.comments import Comment, lines, marked_comments
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Span

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

_FORM = pattern(r"#\s*lh:\s*(?P<kind>ignore|ignore-file)\s*\[(?P<names>[^\]]*)\]\s*(?P<reason>.*)")
_NAME = pattern(r"[^,\s](?:[^,]*[^,\s])?")
_ATTEMPT = pattern(r"#\s*(?:lh|LH) ?:\s*(?P<word>[A-Za-z-]*)(?P<rest>.*)")
_RULE = pattern(r"\bLH\d{2,3}\b")


class Name(Record):
    """A rule, by id, prefix or name, as a comment names it; `address` tells it from all others of the deployment."""

    text: str
    span: Span
    address: str


class Ignore(Record):
    """A comment that suppresses findings in its file: those on the line that it is about, or all (`file_wide`).

    One that only means to has no names but that of what it says, and is `malformed`.
    """

    file: Path
    comment: Comment
    names: tuple[Name, ...]
    file_wide: bool
    reason: str
    malformed: bool = False

    @property
    def origin(self) -> Origin:
        """Where it stands."""
        return Origin(self.file, self.comment.span)

    def speaks_of(self, line: int) -> bool:
        """Whether it is about the line that starts at an offset; about all of the file, it is about none."""
        return not self.file_wide and not self.malformed and self.comment.about == line


def ignores(deployment: Deployment, file: Path) -> tuple[Ignore, ...]:
    """The suppressions in a file of a deployment, in their order; none where it cannot be read."""
    return ignores_in(deployment.workspace, deployment.files, file)


def ignores_in(workspace: Workspace, files: Files, file: Path) -> tuple[Ignore, ...]:
    """The suppressions in one of the files of a deployment, with the texts that a workspace has."""
    return workspace.remember(("ignores", file), lambda: _read(workspace, files, file))


def speaking_of(deployment: Deployment, origin: Origin) -> list[int]:
    """Where the lines start at which a comment speaks about an origin, the best place first; nothing where none can."""
    document = document_of(deployment, origin.file)
    return lines(document, origin.span.start) if document is not None else []


def around(deployment: Deployment, address: str, origin: Origin) -> list[int]:
    """Where the lines start of the sections around the origin of an absent setting, and the first line of its file that
    holds something: a comment there speaks about it, wherever the sections that are there would have it written."""
    document = document_of(deployment, origin.file)
    if document is None:
        return []
    path = (*_config_place(deployment, origin.file), *origin.path) if address.startswith("config:") else origin.path
    sections = (document.find(path[:depth]) for depth in range(1, len(path)))
    keys = [section.key.start for section in sections if section is not None and section.key is not None]
    return [line for offset in (*keys, 0) for line in lines(document, offset)]


def _config_place(deployment: Deployment, file: Path) -> DocumentPath:
    """Where in a file the config stands; nowhere inside of a file of its own."""
    config = deployment.parts.config
    return next((one.at for one in config.files if one.file == file), ()) if config is not None else ()


def document_of(deployment: Deployment, file: Path) -> Document | None:
    """A file as its role in the deployment has it read; None where it has none, or cannot be read."""
    return _document(deployment.workspace, deployment.files, file)


def _document(workspace: Workspace, files: Files, file: Path) -> Document | None:
    try:
        if file in files.kubernetes:
            return workspace.manifest(file)
        if file in files.compose or file in files.scrape:
            return workspace.compose(file)
        if file in files.config:
            return workspace.config(file)
        if file in files.env or file in files.interpolated:
            return workspace.dotenv(file)
        return workspace.dockerfile(file) if file == files.dockerfile else None
    except Unreadable:
        return None


def setting(deployment: Deployment, address: str) -> Setting:
    """What a comment names, at an address such as `comment:config.yaml#LH042`."""
    found = named(deployment, address)
    if found is None:
        return Setting(address, State.ABSENT)
    ignore, name = found
    return Setting(address, State.KNOWN, name.text, Origin(ignore.file, name.span, (), name.text))


def named(deployment: Deployment, address: str) -> tuple[Ignore, Name] | None:
    """The name at an address, and the comment that it stands in."""
    pairs = (
        (ignore, name)
        for file in deployment.files.all()
        for ignore in ignores(deployment, file)
        for name in ignore.names
    )
    return next(((ignore, name) for ignore, name in pairs if name.address == address), None)


def _read(workspace: Workspace, files: Files, file: Path) -> tuple[Ignore, ...]:
    found = _parsed(workspace, files, file)
    if not found:
        return ()
    path = _shown(workspace, file)
    if workspace.first is workspace:
        return _addressed(found, _numbered(path, (name for one in found for name in one.names)))
    original = _addressed_first(workspace.first, files, path, file)
    return _addressed(found, _kept(workspace, file, path, original, [name for one in found for name in one.names]))


def _addressed(found: tuple[Ignore, ...], addresses: Mapping[Span, str]) -> tuple[Ignore, ...]:
    return tuple(
        one._replace(names=tuple(name._replace(address=addresses[name.span]) for name in one.names)) for one in found
    )


def _addressed_first(first: Workspace, files: Files, path: str, file: Path) -> dict[Span, tuple[str, str]]:
    """The names in the file as it was first read: their texts and addresses by their spans."""

    def read() -> dict[Span, tuple[str, str]]:
        names = [name for one in _parsed(first, files, file) for name in one.names]
        addresses = _numbered(path, names)
        return {name.span: (name.text, addresses[name.span]) for name in names}

    return first.remember(("addresses", file), read)


def _numbered(path: str, names: Iterable[Name]) -> dict[Span, str]:
    """An address for each name: its file, its text and, from the second on, which it is of those in the file."""
    seen: Counter[str] = Counter()
    result = {}
    for name in names:
        seen[name.text] += 1
        number = seen[name.text]
        result[name.span] = f"comment:{path}#{name.text}" + (f".{number}" if number > 1 else "")
    return result


def _kept(
    workspace: Workspace, file: Path, path: str, original: Mapping[Span, tuple[str, str]], names: Sequence[Name]
) -> dict[Span, str]:
    """The addresses that names had in the file as it was first read, so that an edit changes none but its own."""
    result: dict[Span, str] = {}
    by_start = {span.start: known for span, known in original.items()}
    for name in names:
        at = workspace.original(file, name.span.start)
        text, address = by_start.get(at, ("", "")) if at is not None else ("", "")
        if text == name.text:
            result[name.span] = address
    for name in names:  # written anew by an edit: the first of its kind that is not there any more, else a new one
        if name.span not in result:
            free = [address for text, address in original.values() if text == name.text]
            more = (f"comment:{path}#{name.text}.{number}" for number in count(len(free) + 1))
            taken = set(result.values())
            result[name.span] = next(address for address in chain(free, more) if address not in taken)
    return result


def _shown(workspace: Workspace, file: Path) -> str:
    folder = os.path.relpath(os.path.realpath(file.parent), workspace.root)
    return os.path.normpath(os.path.join(folder, file.name)).replace(os.sep, "/")


def _parsed(workspace: Workspace, files: Files, file: Path) -> tuple[Ignore, ...]:
    """The suppressions in a file, their names without addresses; none where it cannot be read."""
    document = _document(workspace, files, file)
    return tuple(_suppressions(file, document)) if document is not None else ()


def _suppressions(file: Path, document: Document) -> Iterator[Ignore]:
    for comment in marked_comments(document):
        text, at = document.source.text[slice(*comment.span)], comment.span.start
        form = _FORM.fullmatch(text)
        if form is not None and form["names"].strip(" ,\t"):
            found = _NAME.finditer(text, form.start("names"), form.end("names"))
            names = tuple(Name(name[0], Span(at + name.start(), at + name.end()), "") for name in found)
            yield Ignore(file, comment, names, form["kind"] == "ignore-file", form["reason"].strip())
            continue
        attempt = _ATTEMPT.fullmatch(text)
        if attempt is not None and _means_to(attempt["word"], attempt["rest"]):
            said = _RULE.search(text)
            word = said[0] if said is not None else attempt["word"] or "?"
            yield Ignore(file, comment, (Name(word, comment.span, ""),), False, "", malformed=True)


def _means_to(word: str, rest: str) -> bool:
    """Whether a comment that is no suppression looks like one, not like a note of somebody called lh."""
    return rest.lstrip().startswith("[") or word.lower().startswith("ignore") or _RULE.search(word + rest) is not None

"""A command line inside another document, as words with spans: options are found, set and removed in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from litellm_harden.documents import argv_places
from litellm_harden.documents.argv_places import Place, YamlText
from litellm_harden.documents.argv_words import Word, Writer
from litellm_harden.documents.base import Located, Path, Proposal, Refusal
from litellm_harden.record import Record
from litellm_harden.text.edits import Edit
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Source, Span

if TYPE_CHECKING:
    from litellm_harden.documents.dockerfile import DockerfileDocument
    from litellm_harden.documents.dockerfile.stages import Stage

_SHELL = pattern(r"(?:.*/)?(?:ba|da|z|k|a)?sh")
_RUNS_SCRIPT = pattern(r"-[a-z]*c[a-z]*")

Names = str | Sequence[str]
"""An option's name, or all of them; under the first one it is written."""


class _Occurrence(Record):
    """An option among the words: the word `at`; `inline` is where its value starts if it is in the same word."""

    at: int
    inline: int | None


class CommandLine:
    """The words of a command, in "exec" form (a list) or "shell" form (a string).

    `script` says that a shell reads it as more than one plain command; it is then read as far as it goes and never
    edited. Variables of Compose are interpolated neither in what is read nor in what is written.
    """

    def __init__(self, source: Source, place: Place) -> None:
        self.form, self.words = place.form, tuple(place.words)
        self.script = place.script or _is_script([word.text for word in place.words])
        self._source = source
        self._place = place

    @classmethod
    def in_yaml(cls, document: YamlText, path: Path) -> CommandLine:
        """The list or string at `path`; without words where there is none."""
        return cls(document.source, argv_places.in_yaml(document, path))

    @classmethod
    def in_dockerfile(cls, document: DockerfileDocument, name: str, stage: Stage | None = None) -> CommandLine:
        """The CMD or ENTRYPOINT of a stage, by default of the final one; without words where there is none."""
        return cls(document.source, argv_places.in_dockerfile(document, name, stage))

    def find(self, names: Names, takes_value: bool) -> Located | None:
        """An option under any of its names, the last one given, with its value as written.

        The value is a string, True for a flag, None where the value is missing. `key` is the span of the option.
        """
        occurrences = self._occurrences(_names(names), takes_value)
        if not occurrences:
            return None
        index, inline = occurrences[-1]
        word = self.words[index]
        if inline is not None:
            return Located(word.text[inline:], self._value_span(word, inline), key=word.span)
        if not takes_value:
            return Located(True, word.span, key=word.span)
        if index + 1 == len(self.words):
            return Located(None, Span(word.span.end, word.span.end), key=word.span)
        value = self.words[index + 1]
        return Located(value.text, value.span, key=word.span)

    def expands(self, located: Located) -> bool:
        """Whether a shell would put something else in the place of a value that `find` gave."""
        start, end = located.span
        return any(word.expands and word.span.start <= start and end <= word.span.end for word in self.words)

    def set(self, names: Names, value: object) -> Proposal:
        """Give an option its value, or True for a flag; a new one is added at the end."""
        known = _names(names)
        text = "" if value is True else str(value)
        found = self.find(known, value is not True)
        if found and found.value == (value if value is True else text) and not self.expands(found):
            return ()
        writer = self._writer()
        if isinstance(writer, Refusal):
            return writer
        if not found:
            return writer.add(known[:1] if value is True else self._option(known[0], text))
        index, inline = self._occurrences(known, value is not True)[-1]
        if inline is not None:
            name = self.words[index].text[:inline]
            return writer.replace(index, name.rstrip("=") if value is True else name + text)
        return writer.add([text]) if found.value is None else writer.replace(index + 1, text)

    def remove(self, names: Names, takes_value: bool) -> Proposal:
        """Take out an option, wherever it is given."""
        occurrences = self._occurrences(_names(names), takes_value)
        if not occurrences:
            return ()
        writer = self._writer()
        if isinstance(writer, Refusal):
            return writer
        gone = {at for index, inline in occurrences for at in (index, index + (takes_value and inline is None))}
        edits: list[Edit] = []
        for first, last in _runs(sorted(at for at in gone if at < len(self.words))):
            proposal = writer.drop(first, last)
            if isinstance(proposal, Refusal):
                return proposal
            edits += proposal
        return tuple(edits)

    def add(self, words: Sequence[str]) -> Proposal:
        """Put words behind the last one."""
        writer = self._writer()
        return writer if isinstance(writer, Refusal) else writer.add(words)

    def replace(self, index: int, text: str) -> Proposal:
        """Put another word in the place of the one at `index`, in its quotes."""
        if self.words[index].text == text and not self.words[index].expands:
            return ()
        writer = self._writer()
        return writer if isinstance(writer, Refusal) else writer.replace(index, text)

    def _writer(self) -> Writer | Refusal:
        return Refusal("the command is a shell script") if self.script else self._place.writer()

    def _occurrences(self, names: Sequence[str], takes_value: bool) -> list[_Occurrence]:
        found: list[_Occurrence] = []
        at = 0
        while at < len(self.words):
            text = self.words[at].text
            if text in names:
                found.append(_Occurrence(at, None))
                at += takes_value
            elif (inline := _inline(text, names, takes_value)) is not None:
                found.append(_Occurrence(at, inline))
            at += 1
        return found

    def _value_span(self, word: Word, inline: int) -> Span:
        """The value's part of a word such as `--flag=value`; the whole word where it is not written so plainly."""
        start, end = word.span
        raw = self._source.text[start:end]
        quoted = len(raw) > 1 and raw[0] in "'\"" and raw[0] == raw[-1]
        if raw[quoted:].startswith(word.text[:inline]):
            return Span(start + quoted + inline, end - quoted)
        return word.span

    def _option(self, name: str, text: str) -> list[str]:
        """A new option with its value, joined by `=` where most of the others are."""
        texts = [word.text for word in self.words]
        joined = sum(text.startswith("--") and "=" in text for text in texts)
        pairs = zip(texts, texts[1:], strict=False)
        apart = sum(text.startswith("--") and "=" not in text and following[:1] != "-" for text, following in pairs)
        return [f"{name}={text}"] if name.startswith("--") and joined > apart else [name, text]


def _names(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _inline(text: str, names: Sequence[str], takes_value: bool) -> int | None:
    """Where the value starts in `--flag=value` or `-fvalue`, None where the word is no such option."""
    for name in names:
        if not name.startswith("--") and takes_value and text.startswith(name):
            return len(name)
        if name.startswith("--") and text.startswith(f"{name}="):
            return len(name) + 1
    return None


def _runs(indexes: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring indexes put together, as first and last."""
    runs: list[tuple[int, int]] = []
    for at in indexes:
        if runs and runs[-1][1] + 1 == at:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


def _is_script(words: Sequence[str]) -> bool:
    """Whether a shell among them is given a script: `sh -c …`."""
    shell = False
    for word in words:
        if shell and _RUNS_SCRIPT.fullmatch(word):
            return True
        shell = _SHELL.fullmatch(word) is not None or (shell and word.startswith("-"))
    return False

"""The baseline: findings that were there before and do not count, kept in a file; and which of them are gone."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from litellm_harden.record import Record
from litellm_harden.rules.fingerprint import deployment_name, described_in
from litellm_harden.rules.model import Verdict
from litellm_harden.rules.select import selects
from litellm_harden.text.patterns import pattern

SCHEMA = "lh-baseline-1"
_LARGEST = 64 * 1024 * 1024
_BETWEEN = pattern(r"[ \t\r\n,]*")
_FINGERPRINT = pattern(r"[0-9a-f]{32}")
_MERGE_MARKS = ("<<<<<<<", "=======", ">>>>>>>")


class WrongBaseline(ValueError):
    """A file that is no baseline. As a text it names the file and, where there is one, the line (from 1)."""

    def __init__(self, file: Path, message: str, line: int | None = None) -> None:
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file, self.message, self.line = file, message, line


class Entry(Record):
    """A recorded finding. Its deployment and file are told from the home of both; its address is where it was then."""

    fingerprint: str
    rule: str
    deployment: str
    address: str
    file: str


def read(file: Path) -> tuple[Entry, ...]:
    """The entries of a baseline file. Raises WrongBaseline, and FileNotFoundError where there is none."""
    try:
        info = os.stat(file)
        if not stat.S_ISREG(info.st_mode):
            raise WrongBaseline(file, "is not a regular file")
        if info.st_size > _LARGEST:
            raise WrongBaseline(file, f"is larger than {_LARGEST // 1024 // 1024} MiB")
        data = file.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise WrongBaseline(file, f"cannot be read: {error.strerror}") from None
    return _parsed(file, data)


def write(file: Path, entries: Iterable[Entry]) -> None:
    """Replace a baseline file, or make it; one that says the same already is left alone. Raises OSError."""
    data = written(entries).encode()
    target = Path(os.path.realpath(file))
    with suppress(OSError):
        if target.read_bytes() == data:
            return
    draft = target.with_name(f".{target.name}.{os.getpid()}.lh-tmp")
    try:
        draft.write_bytes(data)
        if target.exists():
            draft.chmod(stat.S_IMODE(target.stat().st_mode))
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def written(entries: Iterable[Entry]) -> str:
    """The text of a baseline file: each entry once, one a line, in an order that depends on them alone."""
    once = sorted({entry.fingerprint: entry for entry in entries}.values(), key=_order)
    lines = ",\n".join(f"    {json.dumps(dict(zip(Entry._fields, entry, strict=True)))}" for entry in once)
    findings = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "schema": "{SCHEMA}",\n  "findings": {findings}\n}}\n'


class Scope(Record):
    """What a run has looked at: what its verdict is about, and which rules it was about.

    `names` are the places in the verdict of the deployments that entries can be about, by name; `rules` the ids of all
    rules there are, `selected` those that the run is about; `unclear` are those that could not be judged, with the
    deployment's place. `searched` tells whether a deployment that a file describes would have been found, had it been
    there.
    """

    verdict: Verdict
    names: Mapping[str, Sequence[int]]
    rules: Collection[str]
    selected: Collection[str]
    unclear: Collection[tuple[str, int]]
    searched: Callable[[str], bool]

    @classmethod
    def of(
        cls,
        verdict: Verdict,
        about: Iterable[int],
        rules: Collection[str],
        selected: Collection[str],
        searched: Callable[[str], bool],
    ) -> Scope:
        """The scope of a run with this verdict, for entries `about` the deployments at these places."""
        names: dict[str, list[int]] = {}
        for index in about:
            names.setdefault(deployment_name(verdict.deployments[index]), []).append(index)
        unclear = frozenset((one.rule.id, one.deployment) for one in verdict.not_judged)
        return cls(verdict, names, rules, selected, unclear, searched)

    def includes(self, entry: Entry) -> bool:
        """Whether the run would have found it. A rule that there is no more finds nothing."""
        here = self.names.get(entry.deployment)
        if here is None:
            selected = entry.rule in self.selected or entry.rule not in self.rules
            return selected and self.searched(described_in(entry.deployment))
        return all(self._judged(entry.rule, index) for index in here)

    def _judged(self, rule: str, index: int) -> bool:
        deployment = self.verdict.deployments[index]
        selected = selects(deployment, self.selected, rule) or rule not in self.rules
        return selected and not deployment.problems and (rule, index) not in self.unclear


def gone(entries: Iterable[Entry], found: Collection[str], scope: Scope) -> tuple[Entry, ...]:
    """The entries that a run would have found and did not; `found` are the fingerprints of all that it found."""
    return tuple(entry for entry in entries if entry.fingerprint not in found and scope.includes(entry))


def _order(entry: Entry) -> tuple[str, ...]:
    return entry.deployment, entry.rule, entry.file, entry.address, entry.fingerprint


def _parsed(file: Path, data: bytes) -> tuple[Entry, ...]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data.count(b"\n", 0, error.start)
        raise WrongBaseline(file, "is not valid UTF-8", before + 1) from None
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(_MERGE_MARKS):
            raise WrongBaseline(file, "holds the marks of a merge; keep the findings of both sides", number)
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise WrongBaseline(file, f"is not valid JSON: {error.msg}", error.lineno) from None
    except (ValueError, RecursionError):
        raise WrongBaseline(file, "is not valid JSON") from None
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA:
        raise WrongBaseline(file, f"is no baseline of this lh: its schema is not {SCHEMA}", _line(text, "schema"))
    findings = content.get("findings")
    if not isinstance(findings, list):
        raise WrongBaseline(file, "findings must be a list", _line(text, "findings"))
    return tuple(_entry(file, text, findings, number) for number in range(len(findings)))


def _entry(file: Path, text: str, findings: Sequence[object], number: int) -> Entry:
    one = findings[number]
    values = [one.get(field) if isinstance(one, dict) else None for field in Entry._fields]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) == len(values) and not _FINGERPRINT.fullmatch(texts[0]):
        raise WrongBaseline(file, f"finding {number + 1} has no fingerprint of this lh", _line_of_item(text, number))
    if len(texts) != len(values):
        missing = next(field for field, value in zip(Entry._fields, values, strict=True) if not isinstance(value, str))
        line = _line_of_item(text, number)
        raise WrongBaseline(file, f"finding {number + 1} has no {missing} that is a text", line)
    return Entry(*texts)


def _line(text: str, key: str) -> int:
    """The line of a key of the outermost object, as far as it is the first so called; else the first line."""
    return text.count("\n", 0, max(text.find(f'"{key}"'), 0)) + 1


def _line_of_item(text: str, number: int) -> int:
    """The line on which an item of the findings starts; the first, where something before them is called so too."""
    decoder = json.JSONDecoder()
    try:
        at = _start(text, text.index("[", text.index('"findings"')) + 1)
        for _ in range(number):
            at = _start(text, decoder.raw_decode(text, at)[1])
    except ValueError:
        return 1
    return text.count("\n", 0, at) + 1


def _start(text: str, at: int) -> int:
    """Where the next item starts, behind blanks and a comma."""
    blanks = _BETWEEN.match(text, at)
    return blanks.end() if blanks else at

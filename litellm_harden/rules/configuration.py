"""What an owner states in lh.toml, or under [tool.lh] in pyproject.toml."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from litellm_harden.deployment.model import Owner
from litellm_harden.litellm.versions import parse
from litellm_harden.record import Record
from litellm_harden.rules import pack
from litellm_harden.rules.model import Option, Rule, Severity
from litellm_harden.rules.select import UnknownRule
from litellm_harden.rules.select import select as select_rules
from litellm_harden.rules.words import nearest, shown
from litellm_harden.text.patterns import pattern

_LARGEST = 1024 * 1024
_MAY_HAVE_TABLE = pattern(r"""tool.*\blh\b|^\s*(?:\[\s*)?["']?tool["']?\s*[]=]""", re.MULTILINE)
"""`[tool.lh]` and every other way in which TOML can spell it."""


class WrongConfiguration(ValueError):
    """A configuration that cannot be used; the message names the file and the key."""


class Configuration(Record):
    """What the owner states. `file` is None where there is no configuration.

    `fail_on` is the least severity that fails a run, None for none at all. `options` are the rules' own, by id.
    """

    file: Path | None = None
    owner: Owner = Owner()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.CRITICAL
    options: Mapping[str, Mapping[str, object]] = {}


def load(start: Path) -> Configuration:
    """The configuration in `start` (or the folder of that file) or the nearest folder above it that has one.

    Looks no further up than the repository's root. Raises WrongConfiguration.
    """
    folder = Path(os.path.abspath(start))
    folder = folder if folder.is_dir() else folder.parent
    for place in (folder, *folder.parents):
        for name, read in (("lh.toml", _own), ("pyproject.toml", _project)):
            file = place / name
            data = read(file) if file.is_file() else None
            if data is not None:
                return _Reader(file).configuration(data)
        if (place / ".git").exists():
            break
    return Configuration()


def _own(file: Path) -> Mapping[str, object]:
    return _toml(file, _read(file))


def _project(file: Path) -> Mapping[str, object] | None:
    text = _read(file)
    if not _MAY_HAVE_TABLE.search(text):  # a TOML parser costs more to import than this file to search
        return None
    tool = _toml(file, text).get("tool")
    table = tool.get("lh") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise WrongConfiguration(f"{file}: tool.lh must be a table")
    return table


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST:
            raise WrongConfiguration(f"{file}: is larger than 1 MiB")
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise WrongConfiguration(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise WrongConfiguration(f"{file}: is not valid UTF-8") from None


def _toml(file: Path, text: str) -> dict[str, object]:
    import sys
    from importlib import import_module

    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        return dict(toml.loads(text))
    except (ValueError, RecursionError) as error:
        raise WrongConfiguration(f"{file}: is not valid TOML: {error}") from None


class _Reader:
    """Reads the keys of one file. Every method raises WrongConfiguration."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.pack = pack.load()

    def configuration(self, data: Mapping[str, object]) -> Configuration:
        readers: dict[str, Callable[[str, object], object]] = {
            "litellm_version": self._version,
            "instances": self._count,
            "max_db_connections": self._count,
            "expected_rps": self._positive,
            "tolerated_error_rate": self._share,
            "exclude": self._texts,
            "env_files": self._files,
            "select": self._rules,
            "ignore": self._rules,
            "fail_on": self._severity,
            "rules": self._options,
        }
        found: dict[str, Any] = {}
        for key, value in data.items():
            if key not in readers:
                raise self._wrong(key, f"is unknown{nearest(key, readers)}")
            found[key] = readers[key](key, value)
        own = {name: found.pop(key) for key, name in _FIELDS.items() if key in found}
        return Configuration(file=self.file, owner=Owner(**found), **own)

    def _wrong(self, key: str, what: str) -> WrongConfiguration:
        return WrongConfiguration(f"{self.file}: {key} {what}")

    def _version(self, key: str, value: object) -> str:
        if not isinstance(value, str) or parse(value) is None:
            raise self._wrong(key, f'must be a version such as "1.81.0", not {shown(value)}')
        return value

    def _count(self, key: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self._wrong(key, f"must be a whole number of at least 1, not {shown(value)}")
        return value

    def _positive(self, key: str, value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1e9:
            raise self._wrong(key, f"must be a number above 0, not {shown(value)}")
        return value

    def _share(self, key: str, value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise self._wrong(key, f"must be a share between 0 and 1, not {shown(value)}")
        return value

    def _texts(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, f"must be a list of strings, not {shown(value)}")
        return tuple(value)

    def _files(self, key: str, value: object) -> tuple[Path, ...]:
        return tuple(self.file.parent / text for text in self._texts(key, value))

    def _rules(self, key: str, value: object) -> tuple[str, ...]:
        texts = self._texts(key, value)
        try:
            select_rules(self.pack, select=texts)
        except UnknownRule as error:
            raise self._wrong(key, f"is wrong: {error}") from None
        return texts

    def _severity(self, key: str, value: object) -> Severity | None:
        words: dict[object, Severity | None] = {"never": None} | {severity.word: severity for severity in Severity}
        if not isinstance(value, str) or value not in words:
            raise self._wrong(key, f"must be one of critical, high, medium, low, never, not {shown(value)}")
        return words[value]

    def _options(self, key: str, value: object) -> dict[str, dict[str, object]]:
        if not isinstance(value, dict):
            raise self._wrong(key, "must be a table of rules")
        found: dict[str, dict[str, object]] = {}
        for name, table in value.items():
            rule = self.pack.get(name)
            if rule is None:
                known = [word for rule in self.pack.rules for word in (rule.id, rule.name)]
                raise self._wrong(f"{key}.{name}", f"names no rule{nearest(name, known)}")
            if not isinstance(table, dict):
                raise self._wrong(f"{key}.{name}", "must be a table of options")
            values = {option: self._option(rule, f"{key}.{name}", option, v) for option, v in table.items()}
            found[rule.id] = found.get(rule.id, {}) | values
        return found

    def _option(self, rule: Rule, where: str, name: str, value: object) -> object:
        option = rule.options.get(name)
        if option is None:
            having = f"has no option {name}{nearest(name, rule.options)}"
            raise self._wrong(where, having if rule.options else "has no options")
        if not _fits(option, value):
            raise self._wrong(f"{where}.{name}", f"must be {_wanted(option)}, not {shown(value)}")
        return value


_FIELDS = {"select": "select", "ignore": "ignore", "fail_on": "fail_on", "rules": "options"}
"""Keys that are the configuration's own, with their names there; all others are the owner's."""


def _fits(option: Option, value: object) -> bool:
    if option.type == "string":
        return isinstance(value, str)
    kinds = int if option.type == "integer" else int | float
    if not isinstance(value, kinds) or isinstance(value, bool):
        return False
    return (option.minimum is None or value >= option.minimum) and (option.maximum is None or value <= option.maximum)


def _wanted(option: Option) -> str:
    kind = {"integer": "a whole number", "number": "a number", "string": "a string"}[option.type]
    least = f" of at least {option.minimum:g}" if option.minimum is not None else ""
    most = f" of at most {option.maximum:g}" if option.maximum is not None else ""
    return kind + least + most

"""Reads one lh.toml, or the table [tool.lh] of a pyproject.toml: its keys, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from glob import escape
from pathlib import Path

from litellm_harden.litellm.versions import parse
from litellm_harden.rules.configuration import Custom, WrongConfiguration
from litellm_harden.rules.model import Option, Rule, Severity
from litellm_harden.rules.pack import Pack
from litellm_harden.rules.select import UnknownRule
from litellm_harden.rules.select import select as select_rules
from litellm_harden.rules.words import nearest, shown
from litellm_harden.text.patterns import pattern

_LARGEST = 1024 * 1024
_MAY_HAVE_TABLE = pattern(r"""tool.*\blh\b|^\s*(?:\[\s*)?["']?tool["']?\s*[]=]""", re.MULTILINE)
"""`[tool.lh]` and every other way in which TOML can spell it."""


def table(file: Path) -> Mapping[str, object] | None:
    """What a file says of `lh`; None for a pyproject.toml that says nothing. Raises WrongConfiguration."""
    return _own(file) if file.name == "lh.toml" else _project(file)


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


class Reader:
    """Reads the keys of one file. Every method raises WrongConfiguration."""

    def __init__(self, file: Path, known: Pack, custom: Custom) -> None:
        """`known` are the rules that may be named; those of the folders that the file names are added to `custom`."""
        self.file, self.pack, self.custom = file, known, custom

    def settings(self, data: Mapping[str, object]) -> dict[str, object]:
        """The value of each key, options of rules as `rules.LH042.seconds`."""
        readers: dict[str, Callable[[str, object], object]] = {
            "litellm_version": self._version,
            "instances": self._count,
            "max_db_connections": self._count,
            "expected_rps": self._positive,
            "tolerated_error_rate": self._share,
            "exclude": self._globs,
            "env_files": self._files,
            "select": self._rules,
            "ignore": self._rules,
            "fail_on": self._severity,
            "baseline": self._file,
        }
        found = self._rule_settings(data["rules"]) if "rules" in data else {}
        for key, value in data.items():
            if key == "rules":
                continue
            if key not in readers:
                raise self._wrong(key, f"is unknown{nearest(key, [*readers, 'rules'])}")
            found[key] = readers[key](key, value)
        return found

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

    def _globs(self, key: str, value: object) -> tuple[str, ...]:
        """Globs of whole paths: what is stated counts from the file's folder on."""
        return tuple(f"{escape(self.file.parent.as_posix())}/{text}" for text in self._texts(key, value))

    def _file(self, key: str, value: object) -> Path:
        if not isinstance(value, str) or not value:
            raise self._wrong(key, f"must be the name of a file, not {shown(value)}")
        return self.file.parent / value

    def _rule_settings(self, value: object) -> dict[str, object]:
        """`rules` is a table of rules with their options, beside `dirs`; or, short, the list of folders itself."""
        if isinstance(value, list):
            value = {"dirs": value}
        if not isinstance(value, dict):
            raise self._wrong("rules", "must be a table of rules, or a list of folders with rule files")
        found: dict[str, object] = {}
        if "dirs" in value:
            found["rules.dirs"] = self._custom_rules(self._files("rules.dirs", value["dirs"]))
        for name, options in value.items():
            if name != "dirs":
                found |= self._options(name, options)
        return found

    def _custom_rules(self, folders: tuple[Path, ...]) -> tuple[Path, ...]:
        from litellm_harden.rules.custom import WrongRule, load_rules

        try:
            for folder in folders:
                found = load_rules(folder, self.pack)
                self.custom.update(found)
                self.pack = self.pack.extended(found)
        except WrongRule as error:
            raise self._wrong("rules", f"names a wrong rule file: {error}") from None
        return folders

    def _options(self, name: str, table: object) -> dict[str, object]:
        rule = self.pack.get(name)
        if rule is None:
            known = [word for rule in self.pack.rules for word in (rule.id, rule.name)]
            raise self._wrong(f"rules.{name}", f"names no rule{nearest(name, known)}")
        if not isinstance(table, dict):
            raise self._wrong(f"rules.{name}", "must be a table of options")
        return {
            f"rules.{rule.id}.{option}": self._option(rule, f"rules.{name}", option, value)
            for option, value in table.items()
        }

    def _option(self, rule: Rule, where: str, name: str, value: object) -> object:
        option = rule.options.get(name)
        if option is None:
            having = f"has no option {name}{nearest(name, rule.options)}"
            raise self._wrong(where, having if rule.options else "has no options")
        if not _fits(option, value):
            raise self._wrong(f"{where}.{name}", f"must be {_wanted(option)}, not {shown(value)}")
        return value


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

"""The settings of lh.toml that hold for a folder, where each comes from, and what it overrides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from litellm_harden.record import Record
from litellm_harden.report.model import shown_path
from litellm_harden.report.secrets import MASK, hide
from litellm_harden.report.style import BOLD, DIM, NO_BREAK, YELLOW, Style
from litellm_harden.rules.configuration import Configuration, Configurations, Stated, WrongConfiguration
from litellm_harden.rules.configuration.keys import GENERAL, SEVERITY

_ADDING = frozenset(key.name for key in GENERAL if key.adds)


class Settings(Record):
    """What holds for a folder, and the configurations that it was read with."""

    folder: Path
    configuration: Configuration
    read: Configurations

    def options(self) -> Iterator[tuple[str, object]]:
        """Every setting of every rule that holds here, as its key and default."""
        for rule in self.configuration.pack.rules:
            yield f"rules.{rule.id}.{SEVERITY.name}", rule.severity.word
            yield from ((f"rules.{rule.id}.{name}", option.default) for name, option in rule.options.items())


def wrong(error: WrongConfiguration, here: Path) -> str:
    """What is wrong with a file, in one line."""
    line = f":{error.line}" if error.line else ""
    return f"{shown_path(error.file, here)}{line}: {error.message}"


def render(found: Sequence[Settings], here: Path, style: Style, verbose: bool) -> str:
    """A block for each folder: the general keys and the options that a file states; all options, if `verbose`."""
    blocks = ("".join(f"{line}\n" for line in _lines(one, here, style, verbose)) for one in found)
    return "\n".join(blocks)


def as_json(found: Sequence[Settings], here: Path) -> str:
    """The same, with all options, as a JSON object."""
    return json.dumps({"schema": "lh-config-1", "folders": [_data(one, here) for one in found]}, indent=2) + "\n"


def _lines(one: Settings, here: Path, style: Style, verbose: bool) -> Iterator[str]:
    files = ", ".join(shown_path(file, here) for file in one.configuration.files)
    title = style.paint(style.plain(shown_path(one.folder, here)), BOLD)
    yield f"{title}: {style.plain(files) if files else 'no lh.toml'}"
    yield ""
    stated = one.configuration.stated
    general = [(key.name, key.default) for key in GENERAL]
    options = [(key, _toml(default)) for key, default in one.options() if verbose or key in stated]
    wide = max(len(key) for key, _ in (*general, *options))
    for key, default in (*general, *options):
        head = [(f"  {key.ljust(wide)}  ", "")]
        if key not in stated:
            yield style.wrap(head, [(style.plain(default), ""), (f"{NO_BREAK}(default)", DIM)])
            continue
        decides, *outer = _chain(stated[key])
        place = style.plain(_place(one, decides, here))
        value = [(style.plain(_toml(decides.written)), BOLD), (f"{NO_BREAK}{place}", DIM)]
        word = "and" if key in _ADDING else "overrides"
        tail = [(style.plain(f"{word} {_toml(o.written)} of {_place(one, o, here)}"), YELLOW) for o in outer]
        yield style.wrap(head, value, tail)


def _chain(stated: Stated) -> Iterator[Stated]:
    """What is stated for a key, the nearest first."""
    one: Stated | None = stated
    while one is not None:
        yield one
        one = one.outer


def _place(one: Settings, stated: Stated, here: Path) -> str:
    line = one.read.line(stated)
    return shown_path(stated.file, here) + (f":{line}" if line else "")


def _toml(value: object) -> str:
    return hide(json.dumps(value, ensure_ascii=False))


def _plain(value: object) -> object:
    """A value for JSON, unless there is a secret in it."""
    return value if _toml(value) == json.dumps(value, ensure_ascii=False) else MASK


def _data(one: Settings, here: Path) -> dict[str, Any]:
    stated = one.configuration.stated
    defaults = [*((key.name, key.value) for key in GENERAL), *one.options()]
    return {
        "folder": shown_path(one.folder, here),
        "files": [shown_path(file, here) for file in one.configuration.files],
        "settings": [
            _stated(one, key, stated[key], here)
            if key in stated
            else {"key": key, "value": default, "source": "none" if default is None else "default"}
            for key, default in defaults
        ],
    }


def _stated(one: Settings, key: str, stated: Stated, here: Path) -> dict[str, Any]:
    decides, *outer = [
        {"value": _plain(o.written), "file": shown_path(o.file, here), "line": one.read.line(o)} for o in _chain(stated)
    ]
    return {"key": key, **decides, "source": "file", ("adds_to" if key in _ADDING else "overrides"): outer}

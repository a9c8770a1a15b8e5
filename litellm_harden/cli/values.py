"""`--set NAME=VALUE`: values that only the owner has, taken from the command line, a file or a variable.

What stands behind `--set` may be a secret, so no error repeats any of it but a name that rules know.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from litellm_harden.rules.inputs import made, misfit
from litellm_harden.rules.pack import Pack

LONGEST = 64 * 1024
"""Bytes of a file that holds a value."""
_FORM = "--set takes NAME=VALUE, NAME=@FILE or NAME=env:VAR"


def given_values(arguments: Iterable[str], pack: Pack) -> dict[str, str]:
    """The values by name. Raises click.UsageError, also for a name that no rule could ask for."""
    known = {name for rule in pack.rules for name in rule.inputs}
    values: dict[str, str] = {}
    for argument in arguments:
        name, separator, source = argument.partition("=")
        if not separator or not name:
            raise click.UsageError(_FORM)
        if name not in known:
            raise click.UsageError(_stranger(name, known))
        if name in values:
            raise click.UsageError(f"--set {name} is given twice")
        values[name] = _read(name, source)
        if wrong := misfit(name, values[name]):
            raise click.UsageError(f"--set {name}: {wrong}")
    return values


def check_asked(values: Iterable[str], pack: Pack, selected: frozenset[str]) -> None:
    """Raises click.UsageError for a name that no selected rule, nor a companion of one, could ask for."""
    rules = [rule for rule in pack.rules if rule.id in selected]
    companions = {companion for rule in rules for companion in rule.companions}
    asked = {name for rule in pack.rules if rule in rules or rule.id in companions for name in rule.inputs}
    for name in values:
        if name not in asked:
            raise click.UsageError(f"--set {name}: none of the selected rules asks for it{_names(asked)}")


def _stranger(name: str, known: set[str]) -> str:
    """What to say of a name that is not asked for: what was typed may be a secret with its name forgotten."""
    from litellm_harden.rules.words import nearest

    meant = nearest(name, known) or nearest(name.upper(), known)
    return f"--set {name}: no rule asks for it{meant}" if meant else f"--set: no rule asks for that name{_names(known)}"


def _names(asked: set[str]) -> str:
    return f"; they ask for {', '.join(sorted(asked))}" if asked else ""


def _read(name: str, source: str) -> str:
    if source.startswith("@"):
        return _read_file(name, source[1:])
    if source.startswith("env:"):
        value = os.environ.get(source[4:])
        if value is None:
            raise click.UsageError(f"--set {name}: the variable that it names is not set")
        return value
    return made(name, source)


def _read_file(name: str, file: str) -> str:
    try:
        with open(file, "rb") as opened:
            content = opened.read(LONGEST + 1)
        if len(content) > LONGEST:
            raise click.UsageError(f"--set {name}: the file is too long for a value")
        return content.decode("utf-8-sig").rstrip("\r\n")
    except OSError as error:
        raise click.UsageError(f"--set {name}: the file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"--set {name}: the file is not UTF-8") from None

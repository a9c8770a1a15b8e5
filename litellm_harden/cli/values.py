"""`--set NAME=VALUE`: values that only the owner has, taken from the command line, a file or a variable."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click

from litellm_harden.rules.pack import Pack

SALT = "LITELLM_SALT_KEY"
_FORM = "--set takes NAME=VALUE, NAME=@FILE or NAME=env:VAR"


def given_values(arguments: Iterable[str]) -> dict[str, str]:
    """The values by name. Raises click.UsageError, which never repeats a value."""
    values: dict[str, str] = {}
    for argument in arguments:
        name, separator, source = argument.partition("=")
        if not separator or not name:
            raise click.UsageError(f"{_FORM}, not {name!r}")
        if name in values:
            raise click.UsageError(f"--set {name} is given twice")
        value = _read(name, source)
        if not value or not value.isprintable():
            raise click.UsageError(f"--set {name}: the value {'is not one line of text' if value else 'is empty'}")
        values[name] = value
    return values


def refuse_strangers(values: Iterable[str], pack: Pack, selected: frozenset[str]) -> None:
    """Raise click.UsageError for a name that no selected rule, nor a companion of one, could ask for."""
    rules = [rule for rule in pack.rules if rule.id in selected]
    companions = {companion for rule in rules for companion in rule.companions}
    names = {name for rule in pack.rules if rule in rules or rule.id in companions for name in rule.inputs}
    for name in values:
        if name not in names:
            from litellm_harden.rules.words import nearest

            asked = f"; they ask for {', '.join(sorted(names))}" if names else ""
            raise click.UsageError(
                f"--set {name}: none of the selected rules asks for it{nearest(name, names) or asked}"
            )


def _read(name: str, source: str) -> str:
    if source.startswith("@"):
        try:
            return Path(source[1:]).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise click.UsageError(f"--set {name}: {source[1:]} cannot be read: {reason}") from None
    if source.startswith("env:"):
        value = os.environ.get(source[4:])
        if value is None:
            raise click.UsageError(f"--set {name}: the variable {source[4:]} is not set")
        return value
    if name == SALT and source == "new":
        from secrets import token_hex

        return f"sk-{token_hex(32)}"
    return source

"""The options that commands share, each validated where it is declared."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from litellm_harden.cli import candidates
from litellm_harden.litellm import versions
from litellm_harden.record import Record
from litellm_harden.rules.model import Severity

F = TypeVar("F", bound=Callable[..., Any])

FAIL_ON = {**{severity.word: severity for severity in sorted(Severity, reverse=True)}, "never": None}

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,@%+")
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


class Common(Record):
    """What was asked for. `paths` is empty where none was given."""

    paths: tuple[str, ...] = ()
    week: tuple[int, ...] = ()
    item: tuple[int, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    litellm_version: str | None = None
    env_file: tuple[Path, ...] = ()
    config: Path | None = None
    format: str = "text"
    output: Path | None = None
    strict: bool = False
    skip_unrelated: bool = False
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    baseline: Path | None = None
    no_baseline: bool = False

    @classmethod
    def take(cls, given: dict[str, Any]) -> Common:
        """Take the shared options out of a command's parameters. Raises click.UsageError where they contradict."""
        if given.get("quiet") and given.get("verbose"):
            raise click.UsageError("--quiet and --verbose exclude each other")
        return cls(**{name: given.pop(name) for name in cls._fields if name in given})

    def again(self) -> str:
        """What to type behind another command to mean the same: a space, then options and PATHs; or nothing."""
        return "".join(f" {quoted(word)}" for word in self._words())

    def _words(self) -> Iterator[str]:
        named: dict[str, tuple[object, ...]] = {"week": self.week, "item": self.item, "env-file": self.env_file}
        if self.select:
            named["select"] = (",".join(self.select),)
        if self.ignore:
            named["ignore"] = (",".join(self.ignore),)
        if self.litellm_version:
            named["litellm-version"] = (self.litellm_version,)
        if self.config:
            named["config"] = (self.config,)
        if self.baseline:
            named["baseline"] = (self.baseline,)
        for name, values in named.items():
            for value in values:
                yield from (f"--{name}", str(value))
        if self.no_baseline:
            yield "--no-baseline"
        if self.paths != (".",):
            yield from (path if not path.startswith("-") else f"./{path}" for path in self.paths)


def paths(command: F) -> F:
    """PATH...: folders or files."""
    return click.argument("paths", nargs=-1, metavar="[PATH]...", callback=_existing, shell_complete=candidates.path)(
        command
    )


def selection(command: F) -> F:
    """Which rules the run is about."""
    for option in (
        _rules("--ignore", "Leave these rules out."),
        _rules("--select", "Only these rules: ids, beginnings of ids, or names."),
        _number("--item", 11, "Only this item of the checklist (repeatable)."),
        _number("--week", 3, "Only this week of the checklist (repeatable)."),
    ):
        command = option(command)
    return command


def deployment(command: F) -> F:
    """What the files do not say."""
    for option in (
        click.option("--config", type=_EXISTING, metavar="FILE", help="The config file, where it is not found."),
        click.option(
            "--env-file",
            multiple=True,
            type=_EXISTING,
            metavar="FILE",
            help="An env file that is not in the checkout (repeatable).",
        ),
        click.option(
            "--litellm-version", metavar="V", callback=_version, help="The LiteLLM release in use, such as 1.81.0."
        ),
    ):
        command = option(command)
    return command


def output(*formats: str) -> Callable[[F], F]:
    """How and where to the report goes."""

    def decorate(command: F) -> F:
        for option in (
            click.option("-v", "--verbose", is_flag=True, help="Say more."),
            click.option("-q", "--quiet", is_flag=True, help="Say only the total."),
            click.option(
                "--color",
                type=click.Choice(["auto", "always", "never"]),
                default="auto",
                show_default=True,
                help="When to colour.",
            ),
            click.option(
                "--output",
                metavar="FILE",
                callback=_writable,
                shell_complete=candidates.path,
                help="Write the report to FILE, not to stdout.",
            ),
            click.option(
                "--format", type=click.Choice(formats), default="text", show_default=True, help="How to report."
            ),
        ):
            command = option(command)
        return command

    return decorate


def strictness(command: F) -> F:
    """What counts as not judged."""
    for option in (
        click.option("--skip-unrelated", is_flag=True, help="Pass over a PATH that is in no LiteLLM deployment."),
        click.option("--strict", is_flag=True, help="Exit 3 where a setting cannot be judged."),
    ):
        command = option(command)
    return command


def stdin(command: F) -> F:
    """--stdin-filename. It is read before PATH, which it allows to be `-`."""
    return click.option(
        "--stdin-filename",
        metavar="FILE",
        is_eager=True,
        shell_complete=candidates.path,
        help="Take the text of FILE, which need not be there, from stdin.",
    )(command)


def baseline(command: F) -> F:
    """Which findings were there before and do not count."""
    for option in (
        click.option("--no-baseline", is_flag=True, help="Count the findings of the baseline too."),
        click.option(
            "--baseline",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Do not count the findings recorded in FILE.  [default: what lh.toml states]",
        ),
    ):
        command = option(command)
    return command


def fail_on(command: F) -> F:
    """--fail-on."""
    return click.option(
        "--fail-on",
        type=click.Choice(list(FAIL_ON)),
        help="Exit 1 from this severity on.  [default: what lh.toml states, else critical]",
    )(command)


def address(*names: str, repeatable: bool) -> Callable[[F], F]:
    """--address."""
    more = " (repeatable)" if repeatable else ""
    return click.option(
        *names, multiple=repeatable, metavar="ADDRESS", help=f"Only this setting, such as env:LITELLM_LOG{more}."
    )


def _number(option: str, most: int, help: str) -> Callable[[F], F]:
    return click.option(
        option,
        multiple=True,
        metavar="N",
        type=click.IntRange(1, most),
        shell_complete=candidates.number,
        help=help,
    )


def _rules(option: str, help: str) -> Callable[[F], F]:
    return click.option(
        option, multiple=True, metavar="ID,…", callback=_split, shell_complete=candidates.rules, help=help
    )


def quoted(word: str) -> str:
    """A word as a shell takes it."""
    if word and not set(word) - _PLAIN:
        return word
    from shlex import quote

    return quote(word)


def _existing(context: click.Context, _: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    if value == ("-",) and context.params.get("stdin_filename") is not None:
        return value
    for path in value:
        if not path or not os.path.lexists(path):
            raise click.BadParameter(f"{path!r} does not exist")
    return value


def _split(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    words = [word.strip() for one in value for word in one.split(",")]
    if "" in words:
        raise click.BadParameter("an empty name; separate names by single commas")
    return tuple(words)


def _version(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and versions.parse(value) is None:
        raise click.BadParameter(f"{value!r} is not a version such as 1.81.0")
    return value


def _writable(_: click.Context, __: click.Parameter, value: str | None) -> Path | None:
    """Find out before the run that its report could not be written after it."""
    if value is None:
        return None
    path = Path(value)
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(path if path.exists() else folder, os.W_OK):
        raise click.BadParameter(f"{value!r} cannot be written")
    return path

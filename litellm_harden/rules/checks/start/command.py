"""What click, which reads the `litellm` command line, refuses; and command lines that never reach it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from litellm_harden.deployment.health import supervised
from litellm_harden.deployment.model import ABSENT, Change, Excluding, Renamed
from litellm_harden.litellm.catalogue import versions
from litellm_harden.litellm.gates import IMAGE_RUNS_PROGRAMS
from litellm_harden.litellm.options import Option, letters, option, options
from litellm_harden.litellm.versions import Version
from litellm_harden.rules.checks.context import Check, Context, fix, manual
from litellm_harden.rules.checks.start.command_words import Argument, Started, started
from litellm_harden.rules.model import Fix, Inapplicable, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import shown
from litellm_harden.text.patterns import pattern

COMMAND = "proxy:command"
_STOPS = "the proxy does not start"
_INSTALLS = pattern(r"\b(?:install|add|sync)\b")
_OWN_OPTIONS = ("--help",)
"""Options that click adds."""

_SHELLS = ("sh", "bash")
_TRUTHS = ("true", "false", "1", "0", "yes", "no", "on", "off")
_IMAGES_DIFFER = "whether the image runs such a command depends on its release"


def bad_command(context: Context) -> Iterator[Outcome]:
    """LH212: the command line is one that LiteLLM takes."""
    if context.deployment.parts.service is None and context.deployment.parts.image is None:
        yield Inapplicable("what starts the proxy is not among these files")
        return
    found = started(context.deployment)
    if isinstance(found, str):
        yield Unclear(COMMAND, found)
    elif found.arguments:
        said: set[str] = set()
        for outcome in _judged(context, found):
            address = outcome.address
            if address not in said:
                said.add(address)
                yield outcome


def _judged(context: Context, found: Started) -> Iterator[Violation | Unclear]:
    first = found.arguments[0]
    if not found.by_program:
        message = f"its image has no entrypoint, so {_named(first)} is run as a program: the container does not start"
        yield _wrong(COMMAND, first, message, "litellm before its arguments", manual("put litellm before it"))
    elif found.in_shell and (not found.by_image or _fails(context)):
        message = f"the command in shell form reaches LiteLLM as /bin/sh -c …: {_STOPS}"
        does = manual('write the command as a list: CMD ["--port", "4000", …]')
        yield _wrong(COMMAND, first, message, "a list of arguments", does)
    elif found.by_image and not first.unknown and not first.text.startswith("-") and first.text:
        yield _program_given(context, found.arguments)
    elif not found.in_shell:
        yield from _Reader(context, found.arguments).outcomes()


def _fails(context: Context) -> bool:
    """Whether the image surely hands every word to LiteLLM, and runs none as a program."""
    version = context.deployment.version
    return version is not None and version < IMAGE_RUNS_PROGRAMS


def _program_given(context: Context, arguments: Sequence[Argument]) -> Violation | Unclear:
    """A program before the arguments, where the image starts LiteLLM itself."""
    first, name = arguments[0], arguments[0].text.rpartition("/")[2]
    # No image has a use for `litellm`, nor for a shell that is given arguments for a command.
    script = arguments[2].text if name in _SHELLS and len(arguments) > 2 else ""
    useless = name == "litellm" or script.startswith("-")
    if not _fails(context) and (context.deployment.version is not None or not useless):
        return Unclear(COMMAND, _IMAGES_DIFFER)
    message = f"the image starts litellm itself, and hands it the word {shown(name)} as an argument: {_STOPS}"
    severity = None
    if not _fails(context) and name == "litellm":
        severity = Severity.MEDIUM
        message = (
            f"the image starts litellm itself: before {IMAGE_RUNS_PROGRAMS}, none starts with litellm in the command"
        )
    does = manual("leave the arguments alone in the command, or set entrypoint")
    if name == "litellm":
        takes_out, words = "take the word litellm out of the command", context.setting(COMMAND).value
        change: Change | None = None
        if first.origin.path[-1] == "command" and isinstance(words, list) and words.count(first.text) == 1:
            change = Change(COMMAND, Excluding(first.text))
        elif first.origin.path[-1] == "command" and isinstance(words, str) and words.startswith(f"{first.text} "):
            change = Change(COMMAND, words.removeprefix(first.text).lstrip())
        does = fix([change], description=takes_out) if change is not None else manual(takes_out)
    return _wrong(COMMAND, first, message, "arguments only", does, severity)


class _Reader:
    """Goes through the arguments as click does."""

    def __init__(self, context: Context, arguments: Sequence[Argument]) -> None:
        self.context, self.arguments, self.at = context, arguments, 0

    def outcomes(self) -> Iterator[Violation | Unclear]:
        """What is wrong with each, as far as each can be told."""
        while (argument := self._next()) is not None:
            if argument.unknown or argument.text in ("", "--", *_OWN_OPTIONS):
                return
            if not argument.text.startswith("-"):
                yield self._extra(argument)
                return
            yield from self._option(argument)

    def _next(self) -> Argument | None:
        self.at += 1
        return self.arguments[self.at - 1] if self.at <= len(self.arguments) else None

    def _option(self, argument: Argument) -> Iterator[Violation | Unclear]:
        name, equals, inline = argument.text.partition("=")
        if not name.startswith("--"):
            name, equals, inline = argument.text[:2], argument.text[2:3], argument.text[2:]
        known = option(name)
        if known is None:
            yield self._no_option(argument, name)
            if not equals and self.at < len(self.arguments) and not self.arguments[self.at].text.startswith("-"):
                self.at += 1
            return
        version = self.context.deployment.version
        if version is not None:
            yield from _of_another_release(argument, known, version)
        if known.takes_value:
            value = argument._replace(text=inline) if equals else self._next()
            yield from self._value(argument, known, value, apart=not equals)
        elif equals:
            does = manual(f"write {name} alone, or leave it out")
            yield _wrong(f"arg:{name}", argument, f"{name} takes no value: with one, {_STOPS}", f"{name} alone", does)
        else:
            yield from self._flag(argument, known)

    def _flag(self, argument: Argument, known: Option) -> Iterator[Violation | Unclear]:
        following = self.arguments[self.at] if self.at < len(self.arguments) else None
        if following is not None and not following.unknown and following.text.lower() in _TRUTHS:
            self.at += 1
            message = f"{known.name} takes no value, and {following.text} after it is refused: {_STOPS}"
            does = manual(f"write {known.name} alone, or leave both out")
            yield _wrong(f"arg:{known.name}", following, message, f"{known.name} alone", does)
        elif known.name == "--run_hypercorn":
            yield from self._hypercorn(argument)

    def _hypercorn(self, argument: Argument) -> Iterator[Violation | Unclear]:
        parts = self.context.deployment.parts
        run = parts.image.run_text if parts.image is not None else ""
        if "hypercorn" in run:
            return
        address = "arg:--run_hypercorn"
        if _INSTALLS.search(run) or not parts.command.official:
            yield Unclear(address, "whether hypercorn is installed is not described here")
            return
        message = f"hypercorn is not in LiteLLM's images: with --run_hypercorn, {_STOPS}"
        does = manual("take --run_hypercorn out, or build an image that installs hypercorn")
        yield _wrong(address, argument, message, "absent", does)

    def _value(
        self, argument: Argument, known: Option, value: Argument | None, apart: bool
    ) -> Iterator[Violation | Unclear]:
        address, name = f"arg:{known.name}", known.name
        if value is None:
            yield _wrong(address, argument, f"{name} has no value: {_STOPS}", "a value", manual(f"give {name} a value"))
        elif value.unknown:
            return
        elif apart and value.text.startswith("--") and option(value.text.partition("=")[0]) is not None:
            self.at -= 1
            message = f"{name} has no value of its own and takes {value.text.partition('=')[0]} for it: {_STOPS}"
            yield _wrong(address, argument, message, "a value", manual(f"give {name} a value"))
        elif value.unexpanded:
            wants = known.wants(value.text)
            gets = (
                f"the text {shown(value.text)}, not {wants}: {_STOPS}" if wants else "the text, not what it stands for"
            )
            message = f"no shell reads the command, so {name} gets {gets}"
            does = manual(f"write the value itself{f', or set {known.env} instead' if known.env else ''}")
            yield _wrong(address, value, message, wants or "the value itself", does, None if wants else Severity.HIGH)
        elif wants := known.wants(value.text):
            message = f"{name} is {shown(value.text)}, not {wants}: {_STOPS}"
            yield _wrong(address, value, message, wants, manual(f"give {name} {wants}"))

    def _extra(self, argument: Argument) -> Violation:
        word = shown(argument.text) if argument.text.isalnum() and len(argument.text) < 30 else "a word"
        message = f"LiteLLM takes options only, and {word} here belongs to none of them: {_STOPS}"
        return _wrong(COMMAND, argument, message, "options only", manual("take it out, or write its option before it"))

    def _no_option(self, argument: Argument, name: str) -> Violation | Unclear:
        head = name.split(maxsplit=1)[0]
        if name != head and option(head) is not None:
            if supervised(self.context.deployment) is not False:
                return Unclear(f"arg:{head}", "supervisord may cut the words of the command anew")
            message = f"{head} and its value are one word, which no option is called: {_STOPS}"
            does = manual("write the option and its value as two words")
            return _wrong(f"arg:{head}", argument, message, "two words", does)
        name = head
        version = self.context.deployment.version
        meant = next((known for known in options().values() if letters(known.name) == letters(name)), None)
        if meant is not None and (version is None or meant.accepted_by(version)):
            does = fix([Change(f"arg:{name}", Renamed(meant.name))], description=f"rename {name} to {meant.name}")
            message = f"LiteLLM has no option {name}: {_STOPS}"
            return _wrong(f"arg:{name}", argument, message, meant.name, does)
        if version is None:
            return Unclear(f"arg:{name}", f"whether this LiteLLM has an option {name} is not known")
        if not versions()[0] <= version <= versions()[-1]:
            return Unclear(f"arg:{name}", f"the options of LiteLLM {version} are not known")
        message = f"LiteLLM {version} has no option {name}: {_STOPS}"
        return _wrong(f"arg:{name}", argument, message, "absent", manual(f"take {name} out{_perhaps(name)}"))


def _of_another_release(argument: Argument, known: Option, version: Version) -> Iterator[Violation | Unclear]:
    """An option that this release has not yet, or no longer."""
    accepted = known.accepted_by(version)
    if accepted or (accepted is None and version < versions()[0] and known.since is None):
        return
    address = f"arg:{known.name}"
    if accepted is None:
        yield Unclear(address, f"whether LiteLLM {version} has {known.name} is not known")
    elif known.since is not None and version < known.since:
        message = f"LiteLLM {version} has no option {known.name} yet: {_STOPS}"
        does = manual(f"take {known.name} out, or run LiteLLM {known.since} or later")
        yield _wrong(address, argument, message, "absent", does)
    else:
        message = f"LiteLLM {version} no longer has the option {known.name}: {_STOPS}"
        yield _wrong(address, argument, message, "absent", fix([Change(address, ABSENT)]))


def _wrong(
    address: str, argument: Argument, message: str, expected: str, does: Fix, severity: Severity | None = None
) -> Violation:
    return Violation(address, message, None, expected, does, severity, argument.origin)


def _named(argument: Argument) -> str:
    return shown(argument.text.partition("=")[0])


def _perhaps(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, options(), n=1, cutoff=0.8)
    return f" (did you mean {close[0]}?)" if close else ""


CHECKS: dict[str, Check] = {"bad-command": bad_command}

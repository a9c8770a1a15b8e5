"""`lh probe`: ask a running proxy."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common

if TYPE_CHECKING:
    from litellm_harden.probe.everything import Wanted
    from litellm_harden.probe.model import Probed
    from litellm_harden.probe.target import Target
    from litellm_harden.report.probe.model import Report

KEYS = ("LITELLM_API_KEY", "LITELLM_MASTER_KEY")
UNASKED = 100
"""Calls of a proxy elsewhere that are made without --yes."""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _url(_: click.Context, __: click.Parameter, value: str) -> str:
    from litellm_harden.probe.target import parsed_url

    try:
        return parsed_url(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


class _Number(click.FloatRange):
    """A number in a range. Click lets nan pass through any."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no number that can be kept to", param, ctx)
        return number


def _saved(_: click.Context, __: click.Parameter, value: Path | None) -> Probed | None:
    if value is None:
        return None
    from litellm_harden.probe.saved import read

    try:
        return read(value)
    except (ValueError, OSError) as error:
        words = error.strerror if isinstance(error, OSError) else error
        raise click.BadParameter(f"{str(value)!r}: {words}") from None


@click.command()
@click.argument("url", callback=_url)
@click.option("--key-env", metavar="NAME", help=f"The variable that holds the key.  [default: {', else '.join(KEYS)}]")
@click.option("--key-file", type=_FILE, metavar="FILE", help="The file that holds the key.")
@click.option("--model", multiple=True, metavar="NAME", help="Only this model, listed or not (repeatable).")
@click.option("--no-load", is_flag=True, help="Call each model once, and make no load run.")
@click.option("--requests", type=click.IntRange(min=1), metavar="N", help="Calls of the load run.  [default: 100]")
@click.option(
    "--concurrency", type=click.IntRange(1, 1000), default=20, show_default=True, help="Calls on their way at once."
)
@click.option(
    "--rate",
    type=_Number(min=0, min_open=True, max=10_000),
    metavar="PER_SECOND",
    help="Calls due a second, whether or not earlier ones have ended.",
)
@click.option(
    "--duration",
    type=_Number(min=0, min_open=True, max=86_400),
    metavar="SECONDS",
    help="The longest that calls are begun; alone, it decides instead of --requests.",
)
@click.option(
    "--timeout",
    type=_Number(min=0, min_open=True, max=3600),
    default=30,
    show_default=True,
    help="Seconds for each call.",
)
@click.option("--prompt", metavar="TEXT", help="What the models are asked.  [default: Say ok.]")
@click.option("--max-tokens", type=click.IntRange(min=1), default=1, show_default=True, help="Output of each call.")
@click.option("--cached", is_flag=True, help="Ask the same each time and let LiteLLM's cache answer.")
@click.option("--max-p99", type=_Number(min=0), default=500, show_default=True, help="Target: milliseconds.")
@click.option("--min-rps", type=_Number(min=0), default=100, show_default=True, help="Target: answers a second.")
@click.option("--max-errors", type=_Number(0, 100), default=0.5, show_default=True, help="Target: percent.")
@click.option("--save", type=click.Path(path_type=Path), metavar="FILE", help="Keep what was found in FILE.")
@click.option("--against", type=_FILE, callback=_saved, metavar="FILE", help="Compare with what --save kept in FILE.")
@click.option("--ca", type=_FILE, metavar="FILE", help="Certificates to trust.")
@click.option("--insecure", is_flag=True, help="Trust any certificate.")
@click.option("--yes", is_flag=True, help=f"More than {UNASKED} calls of a proxy elsewhere are meant so.")
@options.output("text", "json", "html")
def probe(**given: Any) -> int:
    """Ask the proxy that runs at URL: is it alive, ready and closed to strangers; does each model answer; and how does
    it stand a load?

    Each model is called once, then the load run follows: the calls cost what the models cost. They are made so that no
    cache answers them. The key is read from the environment or a file, and never shown or saved.
    """
    from litellm_harden.cli.exits import USAGE

    try:
        import httpx  # noqa: F401
    except ModuleNotFoundError as missing:
        if missing.name != "httpx":
            raise
        click.echo("lh: lh probe needs httpx: pip install 'litellm-harden[probe]'", err=True)
        return USAGE
    return _probe(Common.take(given), **given)


def _probe(common: Common, **given: Any) -> int:
    from litellm_harden.cli.exits import COULD_NOT_JUDGE
    from litellm_harden.cli.output import say
    from litellm_harden.cli.probing import run
    from litellm_harden.probe.saved import save

    target, wanted, save_as = _target(given), _wanted(given), given["save"]
    if save_as is not None and (save_as.is_dir() or not save_as.absolute().parent.is_dir()):
        raise click.BadParameter(f"{str(save_as)!r} cannot be written", param_hint="--save")
    _ask_first(target, wanted, given["yes"])
    if target.sends_key_in_the_clear:
        say(f"the key goes to {target.host} over http, where others can read it: https keeps it")
    if target.insecure:
        say("any certificate is trusted, so the key may go to somebody else")
    try:
        probed = run(target, wanted, common.quiet)
    except OSError as error:  # the file of certificates: calls give their errors as answers
        raise click.BadParameter(f"{target.ca!r}: {error.strerror or error}", param_hint="--ca") from None
    report = _report(probed, wanted, given)
    _emit(report, common)
    if save_as is not None and not probed.checks:
        say(f"nothing is saved in {save_as}, for nothing was found")
    elif save_as is not None:
        try:
            save(probed, save_as)
        except OSError as error:
            say(f"{save_as}: cannot be written: {error.strerror}")
            return COULD_NOT_JUDGE
    return _status(report)


def _target(given: dict[str, Any]) -> Target:
    from litellm_harden.probe.target import Target

    ca = given["ca"]
    return Target(given["url"], _key(given), given["timeout"], str(ca) if ca else "", given["insecure"])


def _key(given: dict[str, Any]) -> str:
    """The key, or nothing where none is given."""
    from litellm_harden.probe.target import checked_key

    name, file = given["key_env"], given["key_file"]
    if name is not None and file is not None:
        raise click.UsageError("--key-env or --key-file, not both")
    if file is not None:
        try:
            text, hint = file.read_text("utf-8"), "--key-file"
        except (OSError, UnicodeError):
            raise click.BadParameter(f"{str(file)!r} cannot be read", param_hint="--key-file") from None
    elif name is not None:
        text, hint = os.environ.get(name, ""), "--key-env"
        if not text:  # it may be the key itself, typed by mistake: it is not repeated
            raise click.BadParameter("there is no such variable, or it is empty", param_hint=hint)
    else:
        hint = next((one for one in KEYS if os.environ.get(one)), "")
        if not hint:
            return ""
        text = os.environ[hint]
    try:
        return checked_key(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=hint) from None


def _wanted(given: dict[str, Any]) -> Wanted:
    from litellm_harden.probe.calls import PROMPT, Asking
    from litellm_harden.probe.everything import Wanted
    from litellm_harden.probe.model import Load
    from litellm_harden.probe.target import Target

    asking = Asking(given["prompt"] or PROMPT, given["max_tokens"], given["cached"])
    requests, rate, duration = given["requests"], given["rate"], given["duration"]
    if requests is None and duration is None:
        requests = 100
    elif requests is None and rate is not None:
        requests = math.ceil(rate * duration)
    load = Load((), requests, given["concurrency"], rate, duration, asking)
    few = None if given["yes"] or Target(given["url"]).local else UNASKED
    return Wanted(given["model"], load, given["no_load"], few)


def _ask_first(target: Target, wanted: Wanted, yes: bool) -> None:
    """Raises UsageError where many calls of a proxy elsewhere are wanted, and nobody has said that they are meant."""
    requests = wanted.load.requests
    if target.local or yes or wanted.no_load or (requests is not None and requests <= UNASKED):
        return
    many = f"{requests} calls" if requests is not None else "as many calls as it takes"
    raise click.UsageError(f"{many} of {target.host}, which is not this machine, cost money and trouble: --yes")


def _report(probed: Probed, wanted: Wanted, given: dict[str, Any]) -> Report:
    from litellm_harden.probe.verdict import Targets
    from litellm_harden.report.probe.model import Report

    targets = Targets(given["max_p99"] / 1000, given["min_rps"], given["max_errors"] / 100)
    load = wanted.load
    many = f"{load.requests} calls" if load.requests is not None else f"calls for {load.duration:g} s"
    planned = f"without --no-load, {many} would follow, {load.concurrency} at once" if wanted.no_load else ""
    return Report(probed, targets, given["against"], "" if probed.unreached else planned)


def _emit(report: Report, common: Common) -> None:
    from litellm_harden.cli.output import emit, style

    if common.format == "json":
        from litellm_harden.report.probe import json_

        text = json_.render(report)
    elif common.format == "html":
        from litellm_harden.report.probe import page

        text = page.render(report)
    else:
        from litellm_harden.report.probe import text as plain

        text = plain.render(report, style(common), common.verbose, common.quiet)
    emit(text, common)


def _status(report: Report) -> int:
    from litellm_harden.cli.exits import CLEAN, COULD_NOT_JUDGE, FOUND, INTERRUPTED

    if report.probed.interrupted:
        return INTERRUPTED
    if report.failed:
        return FOUND
    open_ = report.probed.unreached or report.probed.unmeasured
    return COULD_NOT_JUDGE if open_ else CLEAN

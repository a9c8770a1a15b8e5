"""`lh rules`: the rules in a table; `lh rules test`: whether an owner's own rules do what their examples say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from litellm_harden.report.rule_tests import Tested
    from litellm_harden.rules.model import Rule
    from litellm_harden.rules.pack import Pack


@click.group(invoke_without_command=True, subcommand_metavar="[test [PATH]...]")
@options.selection
@options.output("text", "json")
@click.pass_context
def rules(context: click.Context, /, **given: Any) -> int:
    """List the rules by id: those of lh, and those of the folders that lh.toml names."""
    if context.invoked_subcommand is not None:
        return 0
    from litellm_harden.cli.choosing import selected
    from litellm_harden.cli.output import emit, style
    from litellm_harden.cli.session import Session
    from litellm_harden.report import rules as listing

    common = Common.take(given)
    pack = Session(common).known
    chosen = selected(pack, common)
    members = [rule for rule in pack.rules if rule.id in chosen]
    emit(listing.as_json(members) if common.format == "json" else listing.table(members, style(common)), common)
    return 0


@rules.command()
@options.paths
@options.output("text", "json")
def test(**given: Any) -> int:
    """Run the examples of rules of your own.

    PATH is a rule file or a folder of them; without any, the folders that lh.toml names. Exits 1 where an example does
    not hold, 2 where a rule file is wrong.
    """
    from litellm_harden.cli.exits import CLEAN, FOUND
    from litellm_harden.cli.output import emit, style
    from litellm_harden.report import rule_tests

    common = Common.take(given)
    pack, own = _given(common.paths) if common.paths else _configured(common)
    tested = [one for rule in own for one in _tested(rule, pack)]
    report = rule_tests.Report(len(own), tested, Path.cwd())
    as_json = common.format == "json"
    emit(rule_tests.as_json(report) if as_json else rule_tests.text(report, style(common), common.quiet), common)
    return FOUND if report.failures else CLEAN


def _given(paths: Iterable[str]) -> tuple[Pack, list[Rule]]:
    """All rules, and those of the files and folders. Raises click.UsageError."""
    from litellm_harden.rules.custom import WrongRule, load_files, rule_files
    from litellm_harden.rules.pack import load

    try:
        files = [file for path in map(Path, paths) for file in (rule_files(path) if path.is_dir() else [path])]
        found = load_files(dict.fromkeys(files), load())
    except WrongRule as error:
        raise click.UsageError(str(error)) from None
    if not found:
        raise click.UsageError(f"there is no rule file (*.yaml) in {', '.join(paths)}")
    return load().extended(found), [rule for rule, _ in found.values()]


def _configured(common: Common) -> tuple[Pack, list[Rule]]:
    """All rules, and those of the folders that lh.toml names. Raises click.UsageError."""
    from litellm_harden.cli.session import Session

    pack = Session(common).known
    own = [rule for rule in pack.rules if rule.id in pack.proses]
    if not own:
        raise click.UsageError("no lh.toml here names a folder of rules; give a PATH")
    return pack, own


def _tested(rule: Rule, pack: Pack) -> Iterator[Tested]:
    from tempfile import TemporaryDirectory

    from litellm_harden.fix.examples import run
    from litellm_harden.report.rule_tests import Tested

    prose = pack.prose(rule)
    for number, example in enumerate(prose.examples):
        with TemporaryDirectory(prefix="lh-") as folder:
            outcome = run(rule, example, Path(folder).resolve(), pack)
        yield Tested(rule.id, prose.file or Path(), number, outcome.problems)

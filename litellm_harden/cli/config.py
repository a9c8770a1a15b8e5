"""`lh config`: what lh.toml says for a folder, and which file says it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common


@click.command()
@options.paths
@click.option("--schema", is_flag=True, help="Print the JSON Schema of lh.toml, for editors.")
@options.output("text", "json")
def config(schema: bool, **given: Any) -> int:
    """Show the settings of lh.toml that hold for PATH (default: the current folder), and where each comes from."""
    from litellm_harden.cli.output import emit, style
    from litellm_harden.cli.session import Misconfigured
    from litellm_harden.report import configuration as settings
    from litellm_harden.report.configuration import Settings
    from litellm_harden.rules.configuration import Configurations, WrongConfiguration

    common = Common.take(given)
    if schema:
        from litellm_harden.rules.configuration.schema import SCHEMA
        from litellm_harden.shipped import read

        emit(read(SCHEMA), common)
        return 0
    configurations = Configurations()
    folders = dict.fromkeys(_folder(path) for path in common.paths or (".",))
    try:
        found = [Settings(folder, configurations.at(folder), configurations) for folder in folders]
    except WrongConfiguration as error:
        raise Misconfigured(settings.wrong(error, Path(os.getcwd()))) from None
    here = Path(os.getcwd())
    as_json = common.format == "json"
    text = settings.as_json(found, here) if as_json else settings.render(found, here, style(common), common.verbose)
    emit(text, common)
    return 0


def _folder(path: str) -> Path:
    """The folder that a PATH is or lies in."""
    place = Path(os.path.abspath(path))
    return place if place.is_dir() else place.parent

"""LH213: variables written in ways that LiteLLM does not expand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.model import Change
from litellm_harden.deployment.workspace import Unreadable
from litellm_harden.record import Record
from litellm_harden.rules.checks.context import Check, Context, fix, manual
from litellm_harden.rules.checks.keys.references import MASTER_KEY
from litellm_harden.rules.model import Applicability, Fix, Outcome, Severity, Unclear, Violation
from litellm_harden.text.patterns import pattern
from litellm_harden.text.secret_names import is_secret_name

if TYPE_CHECKING:
    from litellm_harden.deployment.config import Config
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.documents.base import Path as DocumentPath

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_WHOLE = pattern(
    rf"\$\{{(?P<braces>{_NAME})\}}|\$(?P<dollar>[A-Z][A-Z0-9_]+)|%\((?P<percent>{_NAME})\)s"
    rf"|(?:os\.)?(?:environ|getenv|env)(?:\.get)?[\[(]\s*['\"]?(?P<call>{_NAME})['\"]?\s*[\])]"
    rf"|(?i:os\.env|os\.environ|environ|process\.env)\s*[./:]\s*(?P<dotted>[A-Z][A-Z0-9_]+)\s*"
    rf"|(?i:env)\s*[./:]\s*(?P<env>[A-Z][A-Z0-9_]+)\s*"
)
"""The whole value is one variable, as other tools and languages write it. A right reference is told apart before."""

_INSIDE = pattern(rf"\$\{{({_NAME})(?::?[-?+][^}}]*)?\}}")
_TEMPLATE = pattern(r"\{\{.+?\}\}|\{%.+?%\}|<%=.+?%>")
_FILLED = pattern(
    r"envsubst|gomplate|dockerize|\bconfd\b|\bj2\b|jinja|\bytt\b|expandvars|\bsed\b[^\n]*config|\beval\b[^\n]*config"
)
_TEMPLATE_NAMES = (".tmpl", ".template", ".tpl", ".j2", ".jinja", ".jinja2", ".in", ".dist")
_MARKS = ("$", "%(", "env", "{{", "{%", "<%")
_SETTINGS = ("general_settings", "litellm_settings", "router_settings")
_SECTIONS = (
    *(*_SETTINGS, "model_list", "environment_variables"),
    *("credential_list", "files_settings", "finetune_settings", "guardrails"),
)
_PROSE = pattern(r"prompt|message|template|pattern|regex|content|description|instruction|format", flags=2)
_ADDRESSES = pattern(r"(?:^|_)(?:base|url|uri|host|hostname|endpoint|port)$")
_SCRIPTS = ("*.sh", "Makefile", "justfile", "Justfile", "Taskfile.y*ml", "*/*.sh", ".github/workflows/*.y*ml")
_MOST_SCRIPTS = 50


_LOOSE = ("dollar", "env")
"""Ways that mean something else under most keys: a currency, a tag."""
_OF_GUARDRAILS = pattern(
    r"(?:^|_)(?:api_key|api_base|base_url|api_endpoint|auth_token|client_secret)$|^aws_(?:access_key_id|secret_access_key)$"
)
"""Keys that LiteLLM's own guardrails read, of those that have variables as values (types/proxy/guardrails)."""


class Meant(Record):
    """A variable that a value names, whether the value is nothing else, and whether it only has a blank too much."""

    name: str
    whole: bool
    blank: bool = False


def unexpanded_variable(context: Context) -> Iterator[Outcome]:
    """LH213: a value that names a variable does so in LiteLLM's way."""
    config = context.deployment.parts.config
    if config is None:
        return
    if not any(_may_name(file.document.source.text) for file in config.files):
        return
    # Section by section, since what a section of the owner's own shares by an anchor is visited but once in a walk.
    values = ((path, value) for section in _SECTIONS for path, value in config.walk(section))
    named = [(path, value, meant) for path, value in values if (meant := _meant(path, value)) is not None]
    found = [one for one in named if _is_read(config, one[0])]
    if not found:
        return
    filled = _filled(context.deployment)
    for path, value, meant in found:
        address = config_address(path)
        if filled or not meant.name:
            yield Unclear(address, filled or "the config looks like a template that something fills in")
        else:
            yield _violation(context, path, value, meant)


def _may_name(text: str) -> bool:
    """Whether a variable may be written in another way than LiteLLM's anywhere: a quick look, since few are."""
    others = text.replace(REFERENCE, "")
    return any(mark in others for mark in _MARKS) or f"{REFERENCE} " in text


def _meant(path: DocumentPath, value: object) -> Meant | None:
    """The variable that a value is meant to name; one without a name where a template's words stand there."""
    key = path[-1]
    if not isinstance(value, str) or not isinstance(key, str) or _PROSE.search(key):
        return None
    text = value.strip()
    if text.startswith(REFERENCE):
        name = text.removeprefix(REFERENCE)
        return Meant(name.strip(), whole=True, blank=True) if name[:1].isspace() else None
    if _TEMPLATE.search(text):
        return Meant("", whole=False)
    plain = _ADDRESSES.search(key.lower()) is not None or is_secret_name(key)
    match, inside = _WHOLE.fullmatch(text), _INSIDE.search(text)
    if match is not None and (plain or match.lastgroup not in _LOOSE):
        meant = Meant(match[str(match.lastgroup)], whole=True)
    elif inside is not None and (plain or " " not in text):
        meant = Meant(inside[1], whole=False)
    else:
        return None
    # Names of variables are in capitals; ${year} and %(price)s are what other programs fill in.
    return meant if meant.name.isupper() else None


def _violation(context: Context, path: DocumentPath, value: object, meant: Meant) -> Violation:
    key = str(path[-1])
    message = f"{key} names the variable {meant.name} in a way that LiteLLM does not expand: it uses the text itself"
    if meant.blank:
        message = f"{key} refers to {meant.name} with a blank before the name: LiteLLM reads it as null"
    shown = value if meant.whole and not is_secret_name(key) else None
    severity = Severity.CRITICAL if meant.blank and path == MASTER_KEY else None
    repair = _repair(context, path, meant)
    return Violation(config_address(path), message, shown, f"{REFERENCE}{meant.name}", repair, severity)


def _repair(context: Context, path: DocumentPath, meant: Meant) -> Fix:
    if not meant.whole:
        name = str(path[-1]).upper()
        return manual(f"put the whole value into one variable, and refer to it here: {REFERENCE}{name}")
    # A key that everybody can guess is better than none: without one, old releases answer everybody.
    opens = path[-1] == "master_key" and not context.setting(f"env:{meant.name}").value
    change = Change(config_address(path), f"{REFERENCE}{meant.name}")
    return fix([change], Applicability.UNSAFE if opens else Applicability.SAFE)


def _is_read(config: Config, path: DocumentPath) -> bool:
    """Whether some release reads the key, as far as is known; what none does is LH201's.

    What a guardrail of the owner's own (`module.Class`) is given is nobody else's business.
    """
    from litellm_harden.litellm.catalogue import ever

    section, key = str(path[0]), str(path[-1])
    if section == "guardrails":
        file, local = config.locate((*path[:2], "litellm_params", "guardrail"))
        kind = file.document.find(local)
        return kind is not None and "." not in str(kind.value) and _OF_GUARDRAILS.search(key) is not None
    return len(path) != 2 or section not in _SETTINGS or ever(section, key) is not None


def names_variable(value: object) -> bool:
    """Whether a text is, or holds, a variable in a way that LiteLLM does not expand: what it comes to is open then."""
    if not isinstance(value, str):
        return False
    return any(form.search(value) for form in (_INSIDE, _TEMPLATE)) or _WHOLE.fullmatch(value.strip()) is not None


def _filled(deployment: Deployment) -> str:
    """What may fill in the config before LiteLLM reads it; "" where nothing near it does."""
    from litellm_harden.documents.yaml.stream import Inside

    config = deployment.parts.config
    if config is not None and any(isinstance(file.document, Inside) for file in config.files):
        return "what applies the manifest may fill in the config"
    for file in deployment.files.config:
        if file.name.endswith(_TEMPLATE_NAMES) or any(f"{end}." in file.name for end in _TEMPLATE_NAMES):
            return f"{file.name} looks like a template that something fills in"
    workspace = deployment.workspace
    given = (*deployment.files.compose, *filter(None, (deployment.files.dockerfile,)))
    for file in (*given, *_scripts(deployment)):
        try:
            text = workspace.source(file).text
        except Unreadable:
            continue
        if _FILLED.search(text):
            return f"{file.name} may fill in the config before LiteLLM reads it"
    return ""


def _scripts(deployment: Deployment) -> Iterator[Path]:
    """What may start or install the proxy: scripts beside its files, one folder down too, and its CI."""
    folders = dict.fromkeys((deployment.root, *(file.parent for file in deployment.files.config)))
    found = (file for folder in folders for glob in _SCRIPTS for file in sorted(folder.glob(glob)))
    return islice((file for file in found if file.is_file()), _MOST_SCRIPTS)


CHECKS: dict[str, Check] = {"unexpanded-variable": unexpanded_variable}

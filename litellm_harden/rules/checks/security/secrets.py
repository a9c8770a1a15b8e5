"""LH304: secrets that stand in the config, the compose file or the Dockerfile as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.environment import Layer, Statement
from litellm_harden.deployment.model import ABSENT, Change, Origin
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.record import Record
from litellm_harden.rules.checks.context import Check, Context, fix, manual, secret
from litellm_harden.rules.checks.keys.references import DATABASE_URL, MASTER_KEY
from litellm_harden.rules.checks.security.secret_names import Variables
from litellm_harden.rules.checks.security.tracked import tracked_secrets
from litellm_harden.rules.credentials import is_credential, login
from litellm_harden.rules.model import Applicability, Fix, Outcome, Severity, Unclear, Violation
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

_DEFAULT = pattern(r"\$\{\w+:?-([^${}]+)\}")
_SECRET = "keep it in a Secret, read by valueFrom.secretKeyRef"
_REPLACE = "then replace it: what stood here counts as known"


class _Literal(Record):
    """A secret as it is written in a file: `called` is how to speak of it."""

    address: str
    origin: Origin
    text: str
    called: str
    path: DocumentPath = ()


def literal_secrets(context: Context) -> Iterator[Outcome]:
    """LH304: config.yaml, the compose file and the Dockerfile refer to secrets, and hold none."""
    parts = context.deployment.parts
    if parts.config is None and parts.config_unknown:
        yield Unclear(context.clause.address, parts.config_unknown)
    variables = Variables(context.deployment)
    for literal in (*_in_config(context.deployment), *_in_build(context.deployment)):
        repair = _config_fix(context, literal, variables) if literal.path else _image_fix()
        yield _violation(context, literal, repair)
    for name, statement in _stated(context.deployment):
        if statement.layer is not Layer.IMAGE:
            yield from _in_service(context, name, statement)
        elif is_credential(name, str(statement.value)):
            yield _violation(context, _Literal(f"env:{name}", statement.origin, "", name), _image_fix())


def _violation(context: Context, literal: _Literal, repair: Fix) -> Violation:
    what = f"the password in {literal.called}" if login(literal.text)[0] else literal.called
    return Violation(
        literal.address,
        f"{what} stands in {literal.origin.file.name} as it is: whoever reads the file has it",
        None,
        "a reference to a variable",
        repair,
        Severity.MEDIUM if _inside(context.deployment, literal.text) else None,
        literal.origin,
    )


def _inside(deployment: Deployment, text: str) -> bool:
    """Whether it is the login to a service of the project that the host does not publish."""
    if "://" not in text or deployment.parts.project is None:
        return False
    service = deployment.parts.project.services.get(urlsplit(text).hostname or "")
    return service is not None and not service.ports and service.node.get("network_mode") is None


# In the config


def _in_config(deployment: Deployment) -> Iterator[_Literal]:
    config = deployment.parts.config
    if config is None:
        return
    names = [model.get("model_name") for model in config.models()]
    for path, value in config.walk():
        if not isinstance(value, str) or not is_credential(_key(path), value):
            continue
        file, local = config.locate(path)
        origin = file.origin(local)
        if origin is not None:
            yield _Literal(config_address(path), origin, value, _called(path, names), path)


def _key(path: DocumentPath) -> str:
    return next((key for key in reversed(path) if isinstance(key, str)), "")


def _called(path: DocumentPath, names: Sequence[object]) -> str:
    """`api_key of gpt-4o`, `master_key`."""
    index = path[1] if len(path) > 1 and path[0] == "model_list" else None
    model = names[index] if isinstance(index, int) and index < len(names) else None
    return f"{_key(path)} of {model}" if isinstance(model, str) else _key(path)


def _config_fix(context: Context, literal: _Literal, variables: Variables) -> Fix:
    name = variables.of(literal.path, literal.text)
    file = _env_file(context.deployment)
    if context.deployment.parts.manifests is not None:
        return manual(f"{_SECRET}, and write {REFERENCE}{name or 'NAME'} here; {_REPLACE}")
    by_hand = f"put it into an env file that git ignores as {name}, write {REFERENCE}{name} here; {_REPLACE}"
    if isinstance(literal.path[-1], int):
        return manual(f"write it in an env file: a list takes no reference, so use another form; {_REPLACE}")
    if context.deployment.parts.service is None and literal.path in (MASTER_KEY, DATABASE_URL):
        return manual(by_hand)  # nothing says that the proxy gets the env file, and without these it is another proxy
    if name == "" or file is None:
        return manual(by_hand if name else f"put it into an env file that git ignores and refer to it; {_REPLACE}")
    changes = [Change(literal.address, f"{REFERENCE}{name}"), secret(name, literal.text)]
    if literal.path[0] == "environment_variables":
        if len(context.deployment.parts.environment.statements.get(name, [])) > 1:
            return manual(f"take {name} out of the config and out of all but one env file; {_REPLACE}")
        changes[0] = Change(literal.address, ABSENT)
    started = "" if context.deployment.service else ", which has to reach the proxy"
    return fix(changes, Applicability.UNSAFE, f"move it to {file.name} as {name}{started}; {_REPLACE}")


def _env_file(deployment: Deployment) -> Path | None:
    """The file that takes a new secret; None where there is none yet."""
    from litellm_harden.deployment.writing.environment import env_file_for_new

    project = deployment.parts.project
    dotenv = project.directory / ".env" if project is not None and deployment.parts.service is not None else None
    file = env_file_for_new(deployment)
    return file or (dotenv if dotenv is not None and deployment.workspace.exists(dotenv) else None)


# In the environment


def _stated(deployment: Deployment) -> Iterator[tuple[str, Statement]]:
    """What decides each variable; where that is an env file or the config, what the image has said before."""
    environment = deployment.parts.environment
    for name in environment.names():
        found = [one for one in environment.statements[name] if _is_read_by_many(deployment, one)]
        if found:
            yield name, found[-1]


def _is_read_by_many(deployment: Deployment, statement: Statement) -> bool:
    """Whether it stands in an image, a compose file or a manifest; a ConfigMap's counts, a Secret's does not."""
    if statement.layer is Layer.ENV_FILE:
        return statement.origin.file in deployment.files.kubernetes and statement.origin.value is not None
    return statement.layer is not Layer.CONFIG


def _in_service(context: Context, name: str, statement: Statement) -> Iterator[Violation]:
    written = _written(context.deployment, statement.origin).replace("$$", "\0")
    if "$" not in written:
        text = written.replace("\0", "$")
        if is_credential(name, text):
            literal = _Literal(f"env:{name}", statement.origin, text, name)
            yield _violation(context, literal, _service_fix(context, literal))
        return
    password = login(written)[0]
    whole = "://" in written and password and "$" not in password and is_credential(name, written)
    secrets = [] if "://" in written else _DEFAULT.findall(written)
    if whole or any(is_credential(name, default) for default in secrets):
        repair = manual(f"keep the secret in an env file that git ignores and write ${{{name}:?}}; {_REPLACE}")
        yield _violation(context, _Literal(f"env:{name}", statement.origin, written, name), repair)


def _written(deployment: Deployment, origin: Origin) -> str:
    """What stands behind the name of a variable in an `environment:`, be it a list or a map; "" for no text."""
    found = deployment.located(origin)
    text = found.value if found is not None and isinstance(found.value, str) else ""
    listed = deployment.parts.project is not None and origin.path and isinstance(origin.path[-1], int)
    return text.partition("=")[2] if listed else text


def _service_fix(context: Context, literal: _Literal) -> Fix:
    deployment, name = context.deployment, literal.called
    if deployment.parts.manifests is not None:
        return manual(f"{_SECRET}; {_REPLACE}")
    project = deployment.parts.project
    password = login(literal.text)[0] or literal.text
    texts = (deployment.workspace.source(file).text for file in deployment.files.compose)
    if sum(text.count(password) for text in texts) > 1:
        return manual(f"keep it in .env once, and write ${{NAME:?}} in every place of it; {_REPLACE}")
    dotenv = project.directory / ".env" if project is not None else None
    given = project.variables.get(name) if project is not None else None
    if dotenv is None or not deployment.workspace.exists(dotenv) or (given and given.text != literal.text):
        return manual(f"put it into a .env that git ignores and write ${{{name}:?}} here; {_REPLACE}")
    description = f"move it to .env and write ${{{name}:?…}} here; {_REPLACE}"
    return fix([secret(name, literal.text)], Applicability.UNSAFE, description)


# In the image


def _in_build(deployment: Deployment) -> Iterator[_Literal]:
    """Defaults of ARG, which the image keeps in its history."""
    image = deployment.parts.image
    text = deployment.workspace.source(image.file).text if image is not None else ""
    if image is None or "ARG" not in text.upper():
        return
    for instruction in image.document.instructions:
        name, equals, value = instruction.arguments.partition("=")
        if instruction.name == "ARG" and equals and is_credential(name.strip(), value.strip()):
            yield _Literal(f"env:{name.strip()}", Origin(image.file, instruction.arguments_span), "", name.strip())


def _image_fix() -> Fix:
    return manual(f"take it out of the image and pass it when the container starts; {_REPLACE}")


CHECKS: dict[str, Check] = {
    "literal-secrets": literal_secrets,
    "tracked-secrets": tracked_secrets,
}

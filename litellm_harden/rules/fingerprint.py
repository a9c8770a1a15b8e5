"""What makes a finding the same in a later run: neither its line nor its value, nor the other items of its list."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_path
from litellm_harden.deployment.kubernetes.parts import Form
from litellm_harden.rules.model import Finding
from litellm_harden.text.secret_names import is_secret_address

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.documents.base import Path as DocumentPath

_NAMING = (
    "model_name",
    "guardrail_name",
    "vector_store_name",
    "search_tool_name",
    "prompt_id",
    "job_name",
    "name",
    "id",
)
"""Keys that name an item of a list, in LiteLLM's config and in that of Prometheus; the first that is there counts."""


def home(folder: Path, shared: Path) -> Path:
    """The folder that paths are told from, of what lies in a folder (absolute, without links on the way): its
    repository; outside of one the topmost folder above with an lh.toml, else `shared`, which all PATHs of a run share.
    """
    above = (folder, *folder.parents)
    repository = next((one for one in above if (one / ".git").exists()), None)
    if repository is not None:
        return repository
    configured = [one for one in above if (one / "lh.toml").is_file()]
    return configured[-1] if configured else shared


def home_of(deployment: Deployment) -> Path:
    """The home of what belongs to a deployment."""
    return home(Path(os.path.realpath(deployment.root)), deployment.workspace.root)


class Fingerprints:
    """The fingerprints of the findings of one run, each unlike the others of the same home.

    32 hex digits, made of the rule, the deployment, the address and the file. An index in the address counts as what
    names that item of the list. Of findings that are alike in all this, the second and later ones are numbered.
    """

    def __init__(self, deployments: Sequence[Deployment], findings: Sequence[Finding]) -> None:
        self._names = [deployment_name(one) for one in deployments]
        self._files = [_Names(one) for one in deployments]
        self._known: dict[tuple[object, ...], str] = {}
        same: Counter[tuple[Path, str]] = Counter()
        for finding in findings:
            key = _key(finding)
            if key not in self._known:
                text = self._text(finding)
                alike = (self._files[finding.deployment].home, text)
                same[alike] += 1
                self._known[key] = _digest(text if same[alike] == 1 else f"{text}\0{same[alike]}")

    def of(self, finding: Finding) -> str:
        """The fingerprint of a finding; one that a fix took away has that which it would have by itself."""
        return self._known.get(_key(finding)) or _digest(self._text(finding))

    def deployment(self, finding: Finding) -> str:
        """The name of a finding's deployment; see `deployment_name`."""
        return self._names[finding.deployment]

    def file(self, finding: Finding) -> str:
        """The file of a finding, told from its home; "" where it has none."""
        return self._files[finding.deployment].of(finding.origin.file) if finding.origin else ""

    def _text(self, finding: Finding) -> str:
        address = self._files[finding.deployment].lasting(finding.address)
        return "\0".join((finding.rule.id, self.deployment(finding), address, self.file(finding)))


def deployment_name(deployment: Deployment) -> str:
    """What a deployment is called from run to run: the file that describes it and, behind a `#`, its name there."""
    seed, names = deployment.seed, _Names(deployment)
    if seed.manifest is not None:
        one = seed.manifest
        inner = () if one.form is Form.WORKLOAD else one.workload[1:]  # without the document's number in the file
        parts = (one.kind, one.namespace, one.name, *map(str, inner))
        return f"{_written(names.of(one.file))}#{'/'.join(part for part in parts if part)}"
    if seed.compose:
        return f"{_written(names.of(seed.compose[0]))}#{seed.service}"
    return _written(names.of(seed.dockerfile or seed.config or seed.root))


def described_in(name: str) -> str:
    """The file that describes the deployment of a name, told from its home."""
    return name.partition("#")[0].replace("%23", "#").replace("%25", "%")


def _written(path: str) -> str:
    return path.replace("%", "%25").replace("#", "%23")


class _Names:
    """Lasting names for what belongs to one deployment: its files, and the items of the lists in its config."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self.home = home_of(deployment)
        self._folders: dict[Path, str] = {}
        self._items: dict[tuple[object, ...], Sequence[str]] = {}

    def of(self, file: Path) -> str:
        """A file's path told from the home, with `/`; its bare name where it lies outside."""
        folder = file.parent
        if folder not in self._folders:
            self._folders[folder] = self._below(folder)
        return self._folders[folder] + file.name

    def _below(self, folder: Path) -> str:
        """A folder told from the home, as it is written: a link on the way keeps its own name."""
        for around in (*reversed(folder.parents), folder):
            if os.path.realpath(around) == str(self.home):
                inner = folder.relative_to(around).as_posix()
                return "" if inner == "." else f"{inner}/"
        return ""

    def lasting(self, address: str) -> str:
        """An address with what names an item of a list instead of its index."""
        scheme = address.partition(":")[0]
        if scheme == "comment":  # its file is told by itself, and here from the folder that the run is about
            return f"comment:{address.rpartition('#')[2]}"
        if scheme not in ("config", "prometheus") or not any(letter.isdigit() for letter in address):
            return address
        path = config_path(address)
        keys = [self._name(scheme, path, at) if isinstance(key, int) else key for at, key in enumerate(path)]
        return f"{scheme}:" + "\1".join(map(str, keys))

    def _name(self, scheme: str, path: DocumentPath, at: int) -> str:
        """What to call the key at a place of a path: by itself, where it is none of a list."""
        place, data, local = self._list(scheme, path[: at + 1])
        index = local[-1]
        if not isinstance(data, list) or not isinstance(index, int) or index >= len(data):
            return str(path[at])
        key = (place, *local[:-1])
        if key not in self._items:
            hidden = is_secret_address("config:" + ".".join(map(str, path[:at])))
            self._items[key] = _numbered([_called(item, hidden) for item in data])
        return self._items[key][index]

    def _list(self, scheme: str, path: DocumentPath) -> tuple[object, object, DocumentPath]:
        """Where the list stands that a path ends in, the list, and the path there."""
        parts = self._deployment.parts
        if scheme == "prometheus":
            return scheme, _inside(parts.prometheus.data if parts.prometheus else None, path[:-1]), path
        if parts.config is None or not parts.config.files:
            return scheme, None, path
        file, local = parts.config.locate(path)
        return file.file, _inside(file.document.data, local[:-1]), local


def _inside(data: object, path: DocumentPath) -> object:
    for key in path:
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data


def _called(item: object, hidden: bool) -> str:
    """What names an item of a list: its name (of a model, with what it stands for), else its keys, else itself."""
    if isinstance(item, dict):
        named = next((f"{key}={item[key]}" for key in _NAMING if isinstance(item.get(key), (str, int))), "")
        params = item.get("litellm_params")
        model = params.get("model") if isinstance(params, dict) else None
        return f"{named} {model}" if named else " ".join(sorted(map(str, item)))
    return "" if hidden or isinstance(item, list) else str(item)


def _numbered(names: Sequence[str]) -> Sequence[str]:
    """The names, the second and later of equal ones with their number."""
    seen: Counter[str] = Counter()
    numbered = []
    for name in names:
        seen[name] += 1
        numbered.append(name if seen[name] == 1 else f"{name}\2{seen[name]}")
    return numbered


def _key(finding: Finding) -> tuple[object, ...]:
    origin = finding.origin
    place = (origin.file, origin.span) if origin is not None else None
    return (*finding.key, place, finding.message)


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

"""Where an edit goes: from changes of settings to edits of the files that decide them, or a refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_path
from litellm_harden.deployment.model import ABSENT, Change, Excluding, Including, Planned, Renamed
from litellm_harden.deployment.writing.command import in_command
from litellm_harden.deployment.writing.config import in_config
from litellm_harden.deployment.writing.environment import in_environment
from litellm_harden.deployment.writing.scrape import in_scrape
from litellm_harden.deployment.writing.service import in_postgres, in_service
from litellm_harden.deployment.writing.site import NO_DATA
from litellm_harden.deployment.writing.store_ports import in_store_ports
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.base import Refusal
from litellm_harden.text.edits import Draft, Edit

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site


def plan_changes(deployment: Deployment, changes: Sequence[Change]) -> Planned | Refusal:
    """The edits that make all `changes` so, in coordinates of the deployment's current texts, or why not."""
    if deployment.problems:
        return Refusal(f"{deployment.problems[0].file.name} could not be read")
    drafts: dict[Path, Draft] = {}
    touched: list[tuple[Path, DocumentPath]] = []
    current, unseen = deployment, dict[Path, tuple[Edit, ...]]()
    only_adds = all(_adds(change) for change in changes)
    for batch in _batches(changes):
        planned = _plan_batch(current, batch)
        # Reading the deployment anew is dear, so it is put off until a change needs what those before it wrote.
        if unseen and (isinstance(planned, Refusal) or not _are_apart(planned, unseen, only_adds)):
            drafts = _edited(deployment, drafts, unseen)
            current, unseen = current.reloaded(current.workspace.edited(unseen)), {}
            planned = _plan_batch(current, batch)
        if isinstance(planned, Refusal):
            return planned
        for file, path, proposal in planned:
            if isinstance(proposal, Refusal):
                return proposal
            touched.append((file, path))
            if not proposal:
                continue
            if refusal := off_limits(current, file, comments=path == NO_DATA):
                return refusal
            unseen[file] = (*unseen.get(file, ()), *proposal)
    drafts = _edited(deployment, drafts, unseen)
    edits = {file: _with_comments(deployment, file, draft).edits() for file, draft in drafts.items()}
    return Planned({file: found for file, found in edits.items() if found}, _settled(touched))


def _edited(
    deployment: Deployment, drafts: Mapping[Path, Draft], edits: Mapping[Path, Sequence[Edit]]
) -> dict[Path, Draft]:
    """The drafts with edits on top, given in coordinates of their texts; of a file without one, in those read."""
    texts = deployment.workspace.source
    made = {file: (drafts.get(file) or Draft(texts(file).text)).edited(found) for file, found in edits.items()}
    return {**drafts, **made}


def _are_apart(planned: Sequence[Site], unseen: Mapping[Path, Sequence[Edit]], only_adds: bool) -> bool:
    """Whether edits can be made beside those that the texts do not show yet, as if these had not been made.

    Where something goes away, what is left of a mapping or list may have to be written in another way.
    """
    for file, _, proposal in planned:
        others = unseen.get(file, ())
        if others and (isinstance(proposal, Refusal) or not only_adds):
            return False
        if not isinstance(proposal, Refusal) and any(_touch(edit, other) for edit in proposal for other in others):
            return False
    return True


def _touch(edit: Edit, other: Edit) -> bool:
    return edit.start <= other.end and other.start <= edit.end


def _with_comments(deployment: Deployment, file: Path, draft: Draft) -> Draft:
    """A draft that takes suppressions out with the lines that they are about."""
    if "lh:" not in draft.original:
        return draft
    from litellm_harden.deployment.writing.comments import with_their_lines

    return with_their_lines(deployment, file, draft)


def _settled(touched: list[tuple[Path, DocumentPath]]) -> frozenset[tuple[Path, DocumentPath]]:
    """What was touched; a list that several changes touched counts as a whole, since its items moved in between."""
    lists = Counter((file, path[:-1]) for file, path in touched if path and isinstance(path[-1], int))
    return frozenset((file, path[:-1]) if lists[file, path[:-1]] > 1 else (file, path) for file, path in touched)


def _batches(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes of one config mapping go together, so that a missing mapping is written once and whole."""
    batch: list[Change] = []
    for change in changes:
        if batch and not (_parent(change) and _parent(change) == _parent(batch[0])):
            yield batch
            batch = []
        batch.append(change)
    if batch:
        yield batch


def _parent(change: Change) -> DocumentPath:
    is_config = change.address.startswith("config:") and not isinstance(change.value, Including)
    return config_path(change.address)[:-1] if is_config and _adds(change) else ()


def _adds(change: Change) -> bool:
    return change.value is not ABSENT and not isinstance(change.value, (Excluding, Renamed))


def _plan_batch(deployment: Deployment, batch: list[Change]) -> Sequence[Site] | Refusal:
    first = batch[0]
    scheme, _, rest = first.address.partition(":")
    if scheme == "config":
        return in_config(deployment, batch)
    if scheme == "env":
        return in_environment(deployment, rest, first.value)
    if scheme == "arg":
        return in_command(deployment, rest, first.value)
    if scheme == "proxy":
        return in_service(deployment, tuple(rest.split(".")), first.value)
    if scheme == "prometheus":
        return in_scrape(deployment, rest, first.value)
    if first.address == "postgres:max_connections" and isinstance(first.value, int):
        return in_postgres(deployment, first.value)
    if scheme in ("postgres", "redis") and rest.startswith("ports.") and isinstance(first.value, str):
        return in_store_ports(deployment, scheme, rest.removeprefix("ports."), first.value)
    if scheme == "comment":
        from litellm_harden.deployment.writing.comments import in_comment

        return in_comment(deployment, first.address, first.value)
    return Refusal(f"{first.address} cannot be edited")


def off_limits(deployment: Deployment, file: Path, comments: bool) -> Refusal | None:
    """Why a file may not be edited; one that others use too may where `comments` are all that changes."""
    seed = deployment.seed
    if not file.resolve().is_relative_to(seed.writable.resolve()):
        return Refusal(f"{file.name} lies outside the folder to be fixed")
    if not comments and (user := seed.shared.get(file)):
        return Refusal(f"{file.name} is also used by {user}")
    return None

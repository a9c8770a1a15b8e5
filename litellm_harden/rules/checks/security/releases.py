"""Which LiteLLM release runs, and whether it is a good one: stolen, vulnerable, or whichever is newest that day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Origin
from litellm_harden.deployment.places import first_place
from litellm_harden.litellm.images import is_official
from litellm_harden.litellm.versions import Version
from litellm_harden.rules.checks.context import Check, Context, manual
from litellm_harden.rules.model import Inapplicable, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import counted, shown
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.rules.checks.security.releases_pip import Requirement

IMAGE = "image:"
_UNKNOWN = "which release runs is not known"
_RELEASE = pattern(r"\d|(?:^|-)sha-[0-9a-f]+$")
"""What pins: a number, or the commit that the image was made from, whose letters may all be none."""


def malicious_release(context: Context) -> Iterator[Outcome]:
    """LH301: not a package that steals secrets. Images were never made from those."""
    found = _requirement(context)
    stated = context.deployment.version if context.deployment.version_source == "option" else None
    if found is None and (stated is None or _runs_official(context)):
        yield from _unread(context)
        return
    from litellm_harden.litellm.advisories import CLEAN_AGAIN, MALICIOUS

    if found is not None and found.spec and _only_malicious(found.spec):
        named = found.spec.replace(" ", "") + (f" of {found.file}" if found.file else "")
    elif stated in MALICIOUS and not _runs_official(context):
        named = f"=={stated}"
    else:
        return
    releases = " and ".join(map(str, MALICIOUS))
    does = f"build from {CLEAN_AGAIN} or later without any cache, and replace every secret that the image has seen"
    yield Violation(
        IMAGE,
        f"litellm{named} is malware: {releases} on PyPI stole every secret they could read",
        None,
        f"neither {releases}",
        manual(does),
        origin=found.origin if found is not None else _origin(context),
    )


def _unread(context: Context) -> Iterator[Outcome]:
    """That the requirements file which an image is made from is not here; those of LiteLLM's bring it already."""
    image = context.deployment.parts.image
    if image is None or image.official:
        return
    from litellm_harden.rules.checks.security.releases_pip import unread

    if reason := unread(image, context.deployment.workspace):
        yield Unclear(IMAGE, reason)


def _only_malicious(spec: str) -> bool:
    """Whether of all releases a requirement takes those two alone."""
    from litellm_harden.litellm.advisories import CLEAN_AGAIN, MALICIOUS
    from litellm_harden.rules.checks.security.releases_pip import admits

    others = (*(Version(1, 82, patch) for patch in range(7)), CLEAN_AGAIN)
    return any(admits(spec, release) for release in MALICIOUS) and not any(admits(spec, other) for other in others)


def vulnerable_release(context: Context) -> Iterator[Outcome]:
    """LH302: a release without known weaknesses."""
    from litellm_harden.litellm.advisories import ADVISORIES

    version = context.deployment.version
    if version is None:
        yield Inapplicable(_UNKNOWN)
        return
    found = [advisory for advisory in ADVISORIES if advisory.affects(version) and _concerns(context, advisory.needs)]
    if not found:
        return
    worst, *others = found
    take = max(advisory.take or advisory.fixed for advisory in found)
    more = f" and {counted(len(others), 'other hole')}" if others else ""
    severity = Severity.CRITICAL if worst.critical else Severity.HIGH
    requirement = _requirement(context) if context.deployment.version_source == "pip" else None
    yield Violation(
        IMAGE,
        f"LiteLLM {version} has {worst.id} ({worst.what}){more}",
        str(version),
        f"at least {take}",
        manual(f"run LiteLLM {take} or later{', which has none of them' if others else ''}"),
        severity,
        requirement.origin if requirement is not None else _origin(context),
    )


def _concerns(context: Context, needs: str) -> bool:
    """Whether the deployment has what a weakness needs; what is not known is not held against it."""
    if needs == "database":
        return context.deployment.database is True
    if needs == "jwt":
        stated = context.setting("config:general_settings.enable_jwt_auth")
        return stated.known and stated.value is True
    return True


def floating_image(context: Context) -> Iterator[Outcome]:
    """LH303: what is pulled or installed tomorrow is what runs today."""
    parts = context.deployment.parts
    installed = _requirement(context)
    if parts.image is not None and not parts.image.official:
        if installed is not None:
            yield from _floating_package(installed)
        return
    if parts.image is None and (parts.service is None or parts.service.build is not None):
        yield Inapplicable("no image of LiteLLM's is named here")
        return
    named = context.setting(IMAGE)
    if parts.image is None and named.unknown:
        yield Unclear(IMAGE, named.reason)
        return
    name = parts.image.base if parts.image is not None else str(named.value)
    if not is_official(name) and installed is not None:
        yield from _floating_package(installed)
    if not is_official(name) or "@" in name:
        return
    tag = name.rpartition("/")[2].partition(":")[2]
    if _RELEASE.search(tag):
        return
    if "$" in tag:
        yield Unclear(IMAGE, "the tag of the image comes from a build argument that nothing here sets")
        return
    said = f"the tag {tag}" if tag else "an image without a tag, which is latest,"
    does = f"pin the release that runs now, as in {name.removesuffix(f':{tag}')}:vX.Y.Z, or its digest"
    message = f"{said} names no release: which LiteLLM runs depends on the day it was pulled"
    yield Violation(IMAGE, message, name, "a release or a digest", manual(does), origin=_origin(context))


def _floating_package(found: Requirement) -> Iterator[Outcome]:
    from litellm_harden.rules.checks.security.releases_pip import bounded

    if found.unknown:
        yield Unclear(IMAGE, found.unknown)
    elif not bounded(found.spec):
        named = f"litellm{found.spec.replace(' ', '')}" if found.spec else "litellm without a version"
        named = f"{named} of {found.file}" if found.file else named
        message = f"pip installs {shown(named)}: which LiteLLM runs depends on the day the image was built"
        does = manual('pin the release that runs now: "litellm[proxy]==X.Y.Z"')
        yield Violation(IMAGE, message, None, "one release", does, origin=found.origin)


def _requirement(context: Context) -> Requirement | None:
    parts = context.deployment.parts
    if parts.image is None and not parts.command.written:
        return None
    from litellm_harden.rules.checks.security.releases_pip import requirement

    return requirement(parts, context.deployment.workspace)


def _runs_official(context: Context) -> bool:
    """Whether the proxy runs an image of LiteLLM's, or one that is built from it."""
    image, named = context.deployment.parts.image, context.setting(IMAGE)
    return image.official if image is not None else named.known and is_official(str(named.value))


def _origin(context: Context) -> Origin | None:
    """Where the image is named: in the Dockerfile if it is built, else in the compose file; else the first place."""
    image = context.deployment.parts.image
    if image is not None:
        return Origin(image.file, image.root.span)
    return context.setting(IMAGE).origin or first_place(context.deployment)


CHECKS: dict[str, Check] = {
    "malicious-release": malicious_release,
    "vulnerable-release": vulnerable_release,
    "floating-image": floating_image,
}

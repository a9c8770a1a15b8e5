"""How a deployment on Kubernetes is checked, restarted and watched."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from litellm_harden.deployment.kubernetes.kustomize import NAMES
from litellm_harden.deployment.kubernetes.parts import Form, Manifests
from litellm_harden.report.steps import Run, Step

_CHART, _RELEASE = "CHART", "RELEASE"
"""Stand for what a values file does not name."""


class PodRun(Run):
    """The same as for other deployments, by kubectl and helm."""

    __slots__ = ()

    def restart(self) -> Step:
        """Make the pods take the files."""
        one = self._manifests
        if self._in_values:
            text = f"Put the chart in the place of {_CHART}, or let what installs it for you do so."
            return Step("restart", "Restart", text, (self._upgrade,))
        text = "LiteLLM reads its config at its start, so a changed ConfigMap alone changes nothing: hence the restart."
        commands = [f"kubectl apply {self._files}"]
        if one.form is Form.WORKLOAD and one.kind != "Pod":
            commands += [f"kubectl rollout {verb} {self._workload}" for verb in ("restart", "status")]
        else:
            text += " Then restart the pods that use it."
        return Step("restart", "Restart", text, tuple(commands))

    def check_files(self) -> str:
        """What reads the files as a start would."""
        if self._in_values:
            return f"{self._upgrade} --dry-run"
        return f"kubectl apply --dry-run=server {self._files}"

    def own_check(self) -> Iterator[str]:
        """What has LiteLLM check its config: in a pod, so it sees the one that is applied."""
        config = self.deployment.setting("arg:--config")
        if self._manifests.form is Form.WORKLOAD and config.known:
            yield f"kubectl exec {self._workload} -- litellm --config {quote(str(config.value))} --validate_config"

    @property
    def memory(self) -> str:
        """What tells how much memory the pods take."""
        one = self._manifests
        space = f" -n {quote(one.namespace)}" if one.namespace else ""
        return f"kubectl top pod{space} --containers | grep {quote(one.name)}"

    @property
    def _manifests(self) -> Manifests:
        found = self.deployment.parts.manifests
        assert found is not None
        return found

    @property
    def _in_values(self) -> bool:
        """Whether Helm makes the manifests; of a chart that is not LiteLLM's, only the config is known."""
        return self._manifests.form is Form.VALUES or not self._manifests.kind

    @property
    def _upgrade(self) -> str:
        one = self._manifests
        release = quote(one.name) if one.form is Form.VALUES else _RELEASE
        return f"helm upgrade {release} {_CHART} -f {quote(self.shown(one.file))}"

    @property
    def _workload(self) -> str:
        one = self._manifests
        space = f"-n {quote(one.namespace)} " if one.namespace else ""
        return f"{space}{one.kind.lower()}/{quote(one.name)}"

    @property
    def _files(self) -> str:
        """The last kustomization that takes the manifests in, else the manifests."""
        files = self.deployment.files.kubernetes
        made = [file for file in files if file.name in NAMES]
        if made:
            return f"-k {quote(self.shown(made[-1].parent))}"
        return " ".join(f"-f {quote(self.shown(file))}" for file in files)

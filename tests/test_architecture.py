"""Imports run downwards only, and no file grows past what one can take in."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "litellm_harden"
BELOW = {
    "text": set(),
    "documents": {"text"},
    "litellm": set(),
    "deployment": {"text", "documents", "litellm"},
    "rules": {"text", "documents", "litellm", "deployment"},
    "fix": {"text", "documents", "litellm", "deployment", "rules"},
    "verify": {"text", "documents", "litellm", "deployment", "rules"},
    "probe": set(),
    "report": {"text", "documents", "litellm", "deployment", "rules", "fix", "verify", "probe"},
    "lsp": {"text", "documents", "litellm", "deployment", "rules", "fix", "verify", "report"},
    "cli": {"text", "documents", "litellm", "deployment", "rules", "fix", "verify", "probe", "report", "lsp"},
}
EVERYWHERE = {"__version__", "record", "shipped"}
FILES = sorted(PACKAGE.rglob("*.py"))


def layers_imported(file: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    ours = [module.split(".") for module in modules if module.startswith("litellm_harden.")]
    return {parts[1] for parts in ours}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_run_downwards(file: Path) -> None:
    layer = file.relative_to(PACKAGE).parts[0]
    if layer in BELOW:
        assert layers_imported(file) - {layer, *EVERYWHERE} <= BELOW[layer]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_files_stay_short(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 310


def test_every_layer_is_listed() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(BELOW)

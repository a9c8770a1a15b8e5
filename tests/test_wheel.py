"""A wheel carries all that `lh` needs and nothing else: it runs from a folder that knows nothing of the checkout."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
DATA = {
    "litellm_harden/litellm/catalogue/releases.txt",
    "litellm_harden/py.typed",
    "litellm_harden/report/html/page.css",
    "litellm_harden/report/probe/page.css",
    "litellm_harden/rules/configuration/lh.schema.json",
    "litellm_harden/rules/pack.json",
    "litellm_harden/rules/prose.json",
}


def build(source: Path, target: Path, *kinds: str) -> list[Path]:
    """What hatchling makes of a source: a `wheel` or an `sdist`, in the order of `kinds`."""
    wanted = [word for kind in kinds for word in ("-t", kind)]
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target), *wanted]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return [next(target.glob({"wheel": "*.whl", "sdist": "*.tar.gz"}[kind])) for kind in kinds]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the sdist of this checkout."""
    wheel, sdist = build(ROOT, tmp_path_factory.mktemp("dist"), "wheel", "sdist")
    return wheel, sdist


def test_the_wheel_holds_the_program_and_its_data_alone(built: tuple[Path, Path]) -> None:
    names = ZipFile(built[0]).namelist()
    package = {name for name in names if name.startswith("litellm_harden/")}
    assert {name for name in package if not name.endswith(".py")} == DATA
    assert "litellm_harden/verify/lh_inside/probe.py" in package
    rest = {name.partition(".dist-info/")[2] for name in set(names) - package}
    assert rest == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def test_the_sdist_gives_the_same_wheel(built: tuple[Path, Path], tmp_path: Path) -> None:
    wheel, sdist = built
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    [source] = [path for path in tmp_path.iterdir() if path.is_dir()]
    [again] = build(source, tmp_path / "dist", "wheel")
    assert again.read_bytes() == wheel.read_bytes()


def test_what_an_installation_brings_along(built: tuple[Path, Path]) -> None:
    with ZipFile(built[0]) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith("/METADATA")]
        required = message_from_bytes(wheel.read(name)).get_all("Requires-Dist", [])
    names = {one.split(">=")[0]: one.partition(";")[2].strip() for one in required if "extra ==" not in one}
    assert names == {
        "click": "",
        "python-dotenv": "",
        "ruamel-yaml": "",
        "ruamel-yaml-clib": "platform_python_implementation == 'CPython'",
        "tomli": "python_version < '3.11'",
    }


def test_the_wheel_judges_and_explains_away_from_the_checkout(built: tuple[Path, Path], tmp_path: Path) -> None:
    there = tmp_path / "there"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", there, built[0]], check=True)
    start = "import litellm_harden as lh, litellm_harden.cli.main as cli; print(lh.__file__, flush=True); cli.run()"

    def lh(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = f"import sys; sys.path.insert(0, {str(there)!r}); {start}"
        command = [sys.executable, "-I", "-c", code, *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    linted = lh("lint", str(ROOT / "fixtures" / "checklist-1.81" / "before"))
    assert linted.stdout.startswith(str(there))
    assert linted.returncode == 1
    assert "LH042" in linted.stdout
    assert "Sources" in lh("explain", "LH042").stdout
    assert "<style>" in lh("lint", str(ROOT / "fixtures" / "checklist-1.81" / "before"), "--format", "html").stdout
    assert lh("config", "--schema").returncode == 0

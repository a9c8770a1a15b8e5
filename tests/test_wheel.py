"""A wheel carries all that `lh` needs: it runs from a folder that knows nothing of the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
_RUN = "import sys, litellm_harden as lh, litellm_harden.cli.main as cli; print(lh.__file__); sys.exit(cli.main())"


def test_a_wheel_judges_and_explains_away_from_the_checkout(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT], check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", tmp_path / "there", wheel], check=True)

    def lh(*arguments: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PYTHONPATH": str(tmp_path / "there")}
        command = [sys.executable, "-c", _RUN, *arguments]
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    linted = lh("lint", str(ROOT / "fixtures" / "checklist-1.81" / "before"))
    assert linted.stdout.startswith(str(tmp_path / "there"))
    assert linted.returncode == 1
    assert "LH042" in linted.stdout
    assert "Sources" in lh("explain", "LH042").stdout
    assert "cooldown-time" in lh("config", "--schema").stdout

"""The interpreter that is asked: held to its time, and understood whatever it does."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.verify.run import NotObserved, NotStarted, observe
from tests.deploy import deploy
from tests.verify.programs import program


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return deploy(tmp_path / "gateway", {"config.yaml": "model_list: []\n"})


def failure(deployment: Deployment, interpreter: Path | str, timeout: float = 20) -> NotObserved:
    with pytest.raises(NotObserved) as caught:
        observe(str(interpreter), deployment, {}, timeout)
    return caught.value


def ended(pid: int) -> bool:
    """Whether the process ends, within seconds: it may still wait for its parent to take note."""
    state = Path(f"/proc/{pid}/stat")
    for _ in range(100):
        try:
            if state.read_text().rpartition(")")[2].split()[0] in "ZX":
                return True
        except OSError:
            return True
        time.sleep(0.1)
    return False


def test_one_that_takes_too_long_is_ended_with_what_it_started(deployment: Deployment, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    sleeps = f"""
import subprocess, time
child = subprocess.Popen(["sleep", "60"])
open({str(pid)!r}, "w").write(str(child.pid))
time.sleep(60)
"""
    start = time.monotonic()
    assert "within 5 s" in str(failure(deployment, program(tmp_path / "python", sleeps), timeout=5))
    assert time.monotonic() - start < 30
    assert ended(int(pid.read_text()))


def test_one_that_ends_without_an_answer_is_told_by_its_last_words(deployment: Deployment, tmp_path: Path) -> None:
    error = failure(deployment, program(tmp_path / "python", "print('Segmentation fault'); raise SystemExit(139)"))
    assert str(error) == "the interpreter ended with status 139: Segmentation fault"


def test_one_that_is_no_program_is_told(deployment: Deployment, tmp_path: Path) -> None:
    assert "cannot be started" in str(failure(deployment, tmp_path / "nothing"))


def test_one_without_litellm_is_told(deployment: Deployment, tmp_path: Path) -> None:
    blocks = program(
        tmp_path / "python",
        "import os, sys; os.execv(sys.executable, [sys.executable, '-S', *sys.argv[1:]])",  # no site-packages
    )
    error = failure(deployment, blocks)
    assert not isinstance(error, NotStarted)
    assert "cannot be imported there: ModuleNotFoundError" in str(error)


def test_secrets_go_neither_by_the_command_line_nor_by_the_environment(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-this-machine")
    seen = tmp_path / "seen"
    shows = f"import os, sys; open({str(seen)!r}, 'w').write(repr((sys.argv, dict(os.environ))))"
    interpreter = program(tmp_path / "python", shows)
    with pytest.raises(NotObserved):
        observe(str(interpreter), deployment, {"LITELLM_MASTER_KEY": "sk-of-the-files"}, 20)
    assert "sk-of-the-files" not in seen.read_text()
    assert "of-this-machine" not in seen.read_text()


def test_nothing_is_left_behind(deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    failure(deployment, program(tmp_path / "python", "open('left', 'w').write('behind')"))
    assert list((tmp_path / "temporary").iterdir()) == []


def test_an_interrupted_run_ends_what_it_started(deployment: Deployment, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    sleeps = program(
        tmp_path / "python", f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    )
    lh = "import sys; from litellm_harden.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", lh, "verify", "--python", str(sleeps), str(deployment.root / "config.yaml")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not pid.exists() or not pid.read_text():
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert "interrupted" in process.communicate(timeout=15)[1]
    assert process.returncode == 130
    assert ended(int(pid.read_text()))

"""How the server starts and ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RUN = "from litellm_harden.cli.main import run; run()"


def lsp(program: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", program, "lsp"], input=given, capture_output=True, check=False, timeout=60
    )


def test_without_pygls_it_says_what_to_install() -> None:
    done = lsp(f"import sys; sys.modules['pygls'] = sys.modules['lsprotocol'] = None; {RUN}")
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.decode() == "lh: the language server needs pygls: pip install 'litellm-harden[lsp]'\n"


def test_it_ends_when_the_editor_does() -> None:
    done = lsp(RUN)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_an_editor_may_say_that_it_talks_over_stdio() -> None:
    assert lsp(f"import sys; sys.argv.append('--stdio'); {RUN}").returncode == 0


def test_what_is_no_message_is_not_repeated() -> None:
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"secret": "sk-very-secret"'
    done = lsp(RUN, b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert done.returncode == 0
    assert b"sk-very-secret" not in done.stdout + done.stderr
    assert b"could not be dealt with" in done.stderr


def test_other_commands_do_without_it(tmp_path: Path) -> None:
    program = (
        "import sys; from litellm_harden.cli.main import main; "
        "main(sys.argv[1:]); print([name for name in sys.modules if name in ('pygls', 'lsprotocol', 'asyncio')])"
    )
    (tmp_path / "config.yaml").write_text("model_list: []\n")
    command = [sys.executable, "-c", program, "lint", "-q", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.stdout.decode().splitlines()[-1] == "[]"

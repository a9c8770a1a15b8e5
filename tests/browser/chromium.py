"""Headless Chromium: opens a page and tells what became of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_SCHEMES = {"dark": 0, "light": 1}
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_PATIENCE = 120
"""Seconds."""


def look(page: str, folder: Path, width: int, scheme: str) -> tuple[dict[str, Any], list[str]]:
    """What `look.js` finds out about a page, and the requests that Chromium makes for it beyond the file itself.

    The page is opened without its own policy, which would hide what it asks for, and in a frame, since a window of
    Chromium does not get narrower than 500 px.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "these tests need chromium on PATH"
    script = Path(__file__).with_name("look.js").read_text("utf-8")
    copy, log = folder / "copy.html", folder / "net.json"
    framed = escape(_POLICY.sub("", page).replace("</body>", f"<script>{script}</script></body>"))
    style = f"border: 0; width: {width}px; height: 900px"
    head = '<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
    copy.write_text(f'{head}<body><iframe style="{style}" srcdoc="{framed}"></iframe></body>', "utf-8")
    command = [
        *(chromium, *_QUIET, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}"),
        *("--window-size=1400,1000", f"--blink-settings=preferredColorScheme={_SCHEMES[scheme]}"),
        *("--dump-dom", copy.as_uri()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=True)
    told = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert told, done.stderr
    shutil.rmtree(folder / "profile", ignore_errors=True)
    return json.loads(unescape(told[1])), _requests(log)


def _requests(log: Path) -> list[str]:
    """What the page asked for. Chromium's own questions have "not an origin" for their initiator."""
    events = json.loads(log.read_text("utf-8"))["events"]
    asked = (event["params"] for event in events if "initiator" in event.get("params", {}))
    return sorted({params["url"] for params in asked if params["initiator"] != "not an origin"})

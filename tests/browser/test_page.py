"""The HTML page as a browser shows it: `pytest -m browser`."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.report import html
from tests.browser.chromium import look
from tests.report.pages import FILES, page

pytestmark = pytest.mark.browser

LONG = "a-very-long-name-without-any-place-to-break-it" * 4
"""What must not push a narrow page wide."""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with every standing, findings beyond the checklist, and long words in all places."""
    config = FILES["config.yaml"].replace("gpt-4o,", f"{LONG},") + "  database_connection_pool_limit: 500\n"
    compose = FILES["compose.yaml"].replace(
        "    environment:\n", "    environment:\n      DATABASE_URL: postgres://db/x\n"
    )
    compose = compose.replace("8080:4000", "${PORT}:4000") + "  db:\n    image: postgres:16\n"
    files = {**FILES, "config.yaml": config, "compose.yaml": compose.replace("litellm:\n", f"litellm-{LONG}:\n", 1)}
    return html.render(page(tmp_path_factory.mktemp("gateway"), files, ["LH033"], (1, 2, 3, None)), beyond=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_readable(shown: str, tmp_path: Path, width: int, scheme: str) -> None:
    found, requests = look(shown, tmp_path, width, scheme)
    assert (found["width"], found["dark"]) == (width, scheme == "dark")
    assert found["scrollWidth"] <= width
    assert found["texts"] > 100
    assert found["poor"] == []
    assert found["resources"] == []
    assert requests == []


def test_the_looking_sees_what_is_wrong(tmp_path: Path) -> None:
    bad = (
        "<!doctype html><style>body{background:#fff;color:#999}</style><body><div style='width:2000px'>pale</div>"
        "<img src='http://127.0.0.1:9/pixel.png'></body>"
    )
    found, requests = look(bad, tmp_path, 360, "light")
    assert found["scrollWidth"] > 360
    assert [text.partition(":")[0] for text in found["poor"]] == ["pale"]
    assert "http://127.0.0.1:9/pixel.png" in requests

"""Write the generated pages anew, and take away those of rules that are gone."""

from __future__ import annotations

from tests.docs.pages import RULES, generated

RULES.mkdir(parents=True, exist_ok=True)
pages = generated()
for stale in set(RULES.glob("*.md")) - set(pages):
    stale.unlink()
for path, text in pages.items():
    path.write_text(text, "utf-8")

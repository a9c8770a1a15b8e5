"""The part of the README that is made of the rules."""

from __future__ import annotations

from pathlib import Path

from litellm_harden.rules.departures import table
from litellm_harden.rules.pack import load

README = Path(__file__).parent.parent / "README.md"
_BEGIN, _END = "<!-- made of the rules: begin -->\n", "<!-- made of the rules: end -->\n"


def with_table(text: str) -> str:
    """The README with its table of departures as the rules have it now."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}{table(load())}{_END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")

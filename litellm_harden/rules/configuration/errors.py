"""What is wrong with a configuration."""

from __future__ import annotations

from pathlib import Path


class WrongConfiguration(ValueError):
    """A configuration that cannot be used. Its message names the key and repeats no value that may be a secret;
    `line` is 1-based, None where nothing tells it."""

    def __init__(self, file: Path, message: str, line: int | None = None) -> None:
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file, self.message, self.line = file, message, line

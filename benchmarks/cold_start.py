"""CPU time (user + system) of a cold start: `lh lint` on four files, other linters on the compose file among them.

Prints the median of RUNS for each command; see README.md for how to install the others.
"""

from __future__ import annotations

import os
import statistics
import sys
from pathlib import Path

RUNS = 15
DEPLOYMENT = Path(__file__).parent.parent / "fixtures" / "checklist-1.81" / "before"
PROGRAMS = Path(sys.executable).parent
COMPOSE = "docker-compose.yml"
COMMANDS = (
    ("python", "-c", "pass"),
    ("lh", "lint"),
    ("yamllint", COMPOSE),
    ("compose-lint", COMPOSE),
)


def milliseconds(command: tuple[str, ...]) -> float:
    """CPU time of one run of `command`, its output thrown away."""
    program = str(PROGRAMS / command[0])
    silent = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    child = os.posix_spawn(program, [program, *command[1:]], os.environ, file_actions=silent)
    _, _, used = os.wait4(child, 0)
    return (used.ru_utime + used.ru_stime) * 1000


def main() -> None:
    """Print the table."""
    os.chdir(DEPLOYMENT)
    print(f"{'command':<36} {'least':>8} {'median':>8}  ms of CPU, {RUNS} runs")
    for command in COMMANDS:
        if not (PROGRAMS / command[0]).exists():
            print(f"{' '.join(command):<36} not installed")
            continue
        milliseconds(command)  # compiles what is not compiled yet
        times = [milliseconds(command) for _ in range(RUNS)]
        print(f"{' '.join(command):<36} {min(times):>8.0f} {statistics.median(times):>8.0f}")


if __name__ == "__main__":
    main()

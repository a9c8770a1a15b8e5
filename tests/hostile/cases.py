"""Hostile texts, by name, each made at the size asked for."""

from __future__ import annotations

from collections.abc import Callable

DEEP = 20_000
MiB = 1024 * 1024

Case = Callable[[], bytes]


def bomb(levels: int = 60, width: int = 10) -> str:
    """Aliases that stand for width ** levels values."""
    lines = ["a0: &a0 [" + ", ".join(["x"] * width) + "]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def merging_bomb(levels: int = 60, width: int = 10) -> str:
    """The same by merges."""
    lines = ["a0: &a0 {k: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * width)}], k{n}: *a{n - 1}}}" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def quadratic_bomb(size: int = 100_000) -> str:
    """Many aliases of one large value."""
    return f"a: &a [{', '.join('x' * 1 for _ in range(size))}]\nb: [{', '.join(['*a'] * size)}]\n"


def quadratic_merges(size: int = 3000) -> str:
    """A chain of merges, each with all keys before."""
    chain = "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 1}}\n" for n in range(1, size))
    return "a0: &a0 {k: 1}\n" + chain


YAML: dict[str, Callable[[], str]] = {
    "bomb": bomb,
    "merging-bomb": merging_bomb,
    "quadratic-bomb": quadratic_bomb,
    "quadratic-merges": quadratic_merges,
    "deep-block": lambda: "".join(f"{' ' * (n % 3000)}k:\n" for n in range(3000)),
    "deep-list": lambda: "- " * DEEP + "x\n",
    "deep-flow": lambda: "a: " + "[" * DEEP + "]" * DEEP + "\n",
    "deep-braces": lambda: "a: " + "{a: " * DEEP + "}" * DEEP + "\n",
    "deep-mixed": lambda: "a: " + "[{a: " * (DEEP // 2) + "}]" * (DEEP // 2) + "\n",
    "deep-json": lambda: '{"a": ' * DEEP + "1" + "}" * DEEP,
    "deep-open": lambda: "[" * DEEP,
    "questions": lambda: "? " * DEEP + "x\n",
    "long-line": lambda: "a: " + "x" * (5 * MiB) + "\n",
    "long-flow": lambda: "a: [" + "x, " * 200_000 + "]\n",
    "many-lines": lambda: "# c\n" * 1_000_000,
    "many-keys": lambda: "".join(f"k{n}: 1\n" for n in range(200_000)),
    "duplicate-keys": lambda: "k: 1\n" * 100_000,
    "long-key": lambda: "k" * MiB + ": 1\n",
    "large-number": lambda: "a: 1" + "0" * 10_000 + "\n",
    "large-octal": lambda: "a: 0" + "7" * 100_000 + "\n",
    "large-exponent": lambda: "a: 1e999999\nb: 1.0e+999999\nc: -.inf\n",
    "sexagesimal": lambda: "a: 1" + ":59" * 10_000 + "\nb: 1" + ":59" * 10_000 + ".5\n",
    "timestamps": lambda: "a: 2020-02-31\nb: 0000-00-00\nc: 2001-12-14t21:59:43.10-99:99\n",
    "binary": lambda: "a: !!binary ====\nb: !!binary é\n",
    "python-tags": lambda: "a: !!python/object/apply:os.system ['true']\nb: !!python/name:os.system\n",
    "unknown-tags": lambda: "a: !x 1\nb: !<tag:x,2000:é> {}\n",
    "open-quote": lambda: "a: 'x\n" * 10_000,
    "open-double": lambda: 'a: "' + "\\x" * 10_000,
    "itself": lambda: "a: &a [*a]\n",
    "itself-merged": lambda: "a: &a {<<: *a}\n",
    "strange-keys": lambda: "? [a]\n: 1\n? {b: 1}\n: 2\nnull: 3\n1.5: 4\ntrue: 5\n~: 6\n2020-01-01: 7\n",
    "directives": lambda: "%YAML 9.9\n%TAG ! tag:x,2000:\n---\na: 1\n",
    "documents": lambda: "--- {}\n" * 100_000,
    "anchors": lambda: "".join(f"k{n}: &a{n} x\n" for n in range(50_000)),
    "blanks": lambda: "a:" + " " * MiB + "1\n" + "b:\n" + " " * MiB + "\nc: 'x" + "\n" * 100_000 + "'\n",
    "comment-runs": lambda: "a: &x" + " #\n" * 100_000 + " 1\n",
    "properties": lambda: "a: &x\n" + "\n" * 100_000 + " !!str\n" + "\n" * 100_000 + "\nb: 1\n",
}

ENV: dict[str, Callable[[], str]] = {
    "many": lambda: "".join(f"K{n}=v{n}\n" for n in range(60_000)),
    "same": lambda: "K=v\n" * 60_000,
    "open-quote": lambda: "K='x\n" * 3_000,
    "open-double": lambda: 'K="x\n' * 3_000,
    "escapes": lambda: 'K="' + "\\" * 100_001,
    "long-line": lambda: "K=" + "x" * (5 * MiB) + "\n",
    "long-name": lambda: "K" * (5 * MiB) + "\n",
    "blanks": lambda: "K=" + " " * 100_000 + "x\n",
    "blank-lines": lambda: "\n" * 1_000_000,
    "references": lambda: "A=${A}\n" + "".join(f"A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 64)),
    "grown": lambda: "A0=xxxxxxxxxx\n" + "".join(f"A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 64)),
    "defaults": lambda: "A=" + "${A:-" * DEEP + "x" + "}" * DEEP + "\n",
    "open-defaults": lambda: "A=" + "${A:-" * DEEP + "\n",
    "names": lambda: "=x\n====\n'=\n export\nexport =\n1=2\n-=-\n[red]=[/red]\n",
}

DOCKERFILE: dict[str, Callable[[], str]] = {
    "continued": lambda: "FROM litellm\nRUN " + "a \\\n" * 500_000,
    "instructions": lambda: "FROM litellm\n" + "ENV A=1\n" * 50_000,
    "stages": lambda: "".join(f"FROM {f's{n - 1}' if n else 'litellm'} AS s{n}\n" for n in range(50_000)),
    "stages-with-env": lambda: "".join(
        f'FROM {f"s{n - 1}" if n else "litellm"} AS s{n}\nENV A{n}=1\nCMD ["x"]\n' for n in range(5_000)
    ),
    "heredocs": lambda: "FROM litellm\nRUN " + "<<A " * 10_000 + "\nx\n",
    "heredocs-open": lambda: "FROM litellm\n" + "RUN <<EOF cat\nx\n" * 10_000,
    "heredoc-names": lambda: (
        "FROM litellm\nRUN "
        + " ".join(f"<<A{n}" for n in range(2_000))
        + "\n"
        + "".join(f"A{n}\n" for n in range(2_000))
    ),
    "itself": lambda: "ARG A=$A\nFROM $A\nARG A=${A}${A}\nENV A=$A$A\nENV A=${A:-$A}\n",
    "grown": lambda: (
        "FROM litellm\nARG A0=xxxxxxxxxx\n"
        + "".join(f"ARG A{n}=$A{n - 1}$A{n - 1}\n" for n in range(1, 64))
        + 'CMD ["litellm", "$A63"]\nCOPY $A63 /x\n'
    ),
    "defaults": lambda: "FROM litellm\nENV A=" + "${A:-" * DEEP + "x" + "}" * DEEP + "\n",
    "open-quote": lambda: "FROM litellm\nENV A='x\n" + 'ENV B="\n' * 10_000,
    "long-line": lambda: "FROM litellm\nRUN litellm " + "x" * (5 * MiB) + "\n",
    "words": lambda: "FROM litellm\nENV " + " ".join(f"A{n}=1" for n in range(50_000)) + "\n",
    "json": lambda: "FROM litellm\nCMD " + "[" * DEEP + "]" * DEEP + "\n",
    "json-words": lambda: "FROM litellm\nCMD [" + '"x", ' * 100_000 + '"x"]\n',
    "escape": lambda: "# escape=`\n# escape=x\nFROM litellm\n",
    "comments": lambda: "FROM litellm\nRUN x \\\n" + "# c\n" * 500_000,
    "flags": lambda: "FROM litellm\nRUN " + "--a=b " * 100_000 + "x\n",
    "blanks": lambda: "FROM litellm\nRUN x" + " " * MiB + "y\nENV A=1" + " " * MiB + "B=2\n",
    "backslashes": lambda: "FROM litellm\nRUN " + "\\" * MiB + "\n",
}

ENCODINGS: dict[str, Case] = {
    "nul": lambda: b"a: 1\n\0b: 2\n",
    "latin-1": lambda: "a: größe\n".encode("latin-1"),
    "utf-16": lambda: "a: 1\n".encode("utf-16"),
    "utf-16-le": lambda: "a: 1\n".encode("utf-16-le"),
    "surrogates": lambda: b"a: \xed\xa0\x80\n",
    "overlong": lambda: b"a: \xc0\xae\n",
    "boms": lambda: b"\xef\xbb\xbf\xef\xbb\xbfa: 1\n",
    "lone-cr": lambda: b"a: 1\rb: 2\r",
    "separators": "a: 1\u2028b: 2\u2029c: 3\x85d: 4\n".encode,
    "control": lambda: b"a: \x1b[31mred\x1b[0m\x07\n",
    "bidi": "a: \u202eabc\u2066\n".encode,
    "markup": lambda: b"a: '[red]x[/] [link=http://x]y[/link]'\n",
    "empty": lambda: b"",
    "bom-alone": lambda: b"\xef\xbb\xbf",
    "delete": lambda: b"\x7f" * 1000,
    "random": lambda: bytes(range(256)) * 100,
}

"""What is said of figures."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.probe import saved
from litellm_harden.probe.calls import Asking, Model
from litellm_harden.probe.compare import differences
from litellm_harden.probe.histogram import Histogram
from litellm_harden.probe.model import Check, Load, Measured, Probed, Standing
from litellm_harden.probe.verdict import Targets, Verdict, notes, verdicts
from litellm_harden.report.probe import json_, page, text
from litellm_harden.report.probe.model import Report
from litellm_harden.report.style import Style

CHAT = Load((Model("chat"),))
HOSTILE = "</svg><script>x</script>\x1b[31m\u202e"


def histogram(*seconds: float) -> Histogram:
    made = Histogram()
    for one in seconds:
        made.record(one)
    return made


def measured(*seconds: float, took: float = 1, errors: int = 0, load: Load = CHAT) -> Measured:
    kinds = {"rate limited (429)": errors} if errors else {}
    all_ = histogram(*seconds)
    by_model = {model.name: all_ for model in load.models}
    return Measured(load, took, len(seconds), kinds, all_, all_, Histogram(), by_model)


def probed(of: Measured | None = None, name: str = "chat") -> Probed:
    checks = (Check(name, Standing.FAILED, f"oh {name}", Model(name)),)
    return Probed("http://127.0.0.1:4000", "2026-01-01T00:00:00+00:00", "1", "1.81.0", checks, of)


def verdict(name: str, of: Measured) -> Verdict:
    return next(one for one in verdicts(of, Targets()) if one.name == name)


@pytest.mark.parametrize(
    ("of", "met"),
    [
        (measured(*[0.1] * 200), [True, True, True]),
        (measured(*[0.1] * 198, 0.6, 0.6), [True, True, True]),
        (measured(*[0.1] * 197, 0.6, 0.6, 0.6), [False, True, True]),
        (measured(*[0.1] * 99), [True, False, True]),
        (measured(*[0.1] * 999, errors=4), [True, True, True]),
        (measured(*[0.1] * 995, errors=5), [True, True, False]),
        (measured(errors=5), [False, False, False]),
        (measured(), [None, False, None]),
    ],
)
def test_the_targets_of_the_checklist(of: Measured, met: list[bool | None]) -> None:
    assert [one.met for one in verdicts(of, Targets())] == met


def test_what_so_few_at_once_could_not_give_is_said() -> None:
    words = verdict("throughput", measured(*[1.0] * 20)).words
    assert words == "the fastest call took 1.00 s, so 20 at once give 20/s at best: try --concurrency 150"
    assert verdict("throughput", measured(*[0.1] * 20)).words == ""


def test_a_rate_below_the_target_does_not_judge_it() -> None:
    load = Load((Model("chat"),), rate=50)
    assert verdict("throughput", measured(*[0.1] * 50, load=load)).met is None
    assert verdict("throughput", measured(*[0.1] * 50, load=load._replace(rate=200))).met is False


def test_notes() -> None:
    few = measured(*[0.1] * 100)
    assert list(notes(few)) == ["p99 rests on 2 of 100 calls: --requests 1000 is surer"]
    many = measured(*[0.1] * 1000)
    assert list(notes(many)) == []
    assert list(notes(many._replace(cached=3))) == [
        "3 answers came from a cache all the same: the figures look better than they are"
    ]
    waited = many._replace(load=many.load._replace(rate=100), latency=histogram(*[2.0] * 1000))
    assert list(notes(waited)) == ["calls had to wait for their turn: from when they were sent, p99 is 100 ms"]
    assert list(notes(many._replace(busy=0.95))) == [
        "lh itself was busy all the time: the proxy may be faster than this"
    ]


@pytest.mark.parametrize(
    ("load", "words"),
    [
        (Load((Model("chat"),)), ()),
        (Load((Model("chat"),), requests=500), ()),
        (Load((Model("other"),)), ("other models: chat, now other",)),
        (Load((Model("chat"),), concurrency=5), ("concurrency: 20, now 5",)),
        (Load((Model("chat"),), rate=5), ("rate: as fast as answers come, now 5/s",)),
        (Load((Model("chat"),), asking=Asking(cached=True)), ("cache: avoided, now allowed",)),
        (Load((Model("chat"),), asking=Asking("Say no.")), ("another prompt",)),
    ],
)
def test_what_cannot_be_compared(load: Load, words: tuple[str, ...]) -> None:
    assert differences(probed(measured(0.1)), probed(measured(0.1, load=load))) == words


def test_every_form_shows_a_hostile_name_harmlessly() -> None:
    load = Load((Model(HOSTILE), Model("b")))
    report = Report(probed(measured(0.1, 0.2, load=load), HOSTILE), Targets(), probed(measured(0.3, load=load)))
    plain = text.render(report, Style(width=80), False, False)
    html = page.render(report)
    assert "\x1b" not in plain + html and "\u202e" not in plain + html
    assert "<script" not in html
    assert json.loads(json_.render(report))["checks"][0]["name"] == HOSTILE
    assert max(map(len, plain.splitlines())) <= 80


def test_in_ascii_before_and_now_differ() -> None:
    report = Report(probed(measured(0.3)), Targets(), probed(measured(0.1)))
    plain = text.render(report, Style(unicode=False, width=80), False, False)
    assert plain.isascii()
    assert "---- 100%" in plain and "#### 100%" in plain


def test_of_many_models_few_are_shown() -> None:
    load = Load(tuple(Model(f"m{number}") for number in range(30)))
    report = Report(probed(measured(*[0.1] * 30, load=load)), Targets())
    short, long = (text.render(report, Style(), verbose, False) for verbose in (False, True))
    assert "m19: " in short and "m20: " not in short and "and 10 more: -v" in short
    assert "m29: " in long


@given(st.lists(st.floats(0, 100), max_size=50), st.integers(0, 5))
def test_what_is_saved_comes_back(seconds: list[float], errors: int) -> None:
    before = probed(measured(*seconds, took=3, errors=errors))
    data = saved.as_data(before)
    assert saved.as_data(reread(data)) == data


def reread(data: Any) -> Probed:
    return saved.parsed(json.dumps(data).encode())


@pytest.mark.parametrize("longest", [float("inf"), float("nan"), None, "long"])
def test_a_duration_that_is_none_is_damage(longest: Any) -> None:
    data = saved.as_data(probed(measured(0.1)))
    data["load"]["latency"]["max"] = longest
    with pytest.raises(ValueError, match="damaged"):
        reread(data)


@given(st.data())
def test_a_damaged_file_is_told_as_such(data: st.DataObject) -> None:
    """Whatever value stands in the place of another, the file is read or refused, and the report can be made."""
    whole = saved.as_data(probed(measured(0.1, 0.2, errors=1)))
    place: Any = whole
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else list(range(len(place)))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(st.none() | st.integers() | st.text() | st.lists(st.integers()) | st.just({}) | st.floats())
    try:
        before = reread(whole)
    except ValueError:
        return
    text.render(Report(probed(measured(0.1)), Targets(), before), Style(width=80), False, False)
    page.render(Report(probed(measured(0.1)), Targets(), before))

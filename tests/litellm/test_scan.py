"""What the generator finds in small sources."""

from __future__ import annotations

from litellm_harden.litellm.catalogue.scan.command import options
from litellm_harden.litellm.catalogue.scan.text import default_text, type_text
from litellm_harden.litellm.catalogue.scan.visit import scan
from litellm_harden.litellm.catalogue.scan.whole import Whole


def read(section: str, *files: str) -> set[str]:
    whole = Whole({f"proxy/{place}.py": scan(f"proxy/{place}.py", text) for place, text in enumerate(files)})
    return {named.name for _, named in whole.reads(section, followed=True)}


def test_reads_by_name() -> None:
    source = """
def load(config):
    general_settings = config.get("general_settings") or {}
    general_settings.get("a", 1)
    general_settings["b"]
    if "c" in general_settings: pass
    other = dict(general_settings)
    other.pop("d")
    config["general_settings"].setdefault("e", [])
    for key, value in general_settings.items():
        if key == "f": pass
        elif key in ("g", "h"): pass
    for name in ("i", "j"):
        general_settings.get(name)
"""
    assert read("general_settings", source) == set("abcdefghij")


def test_reads_where_a_section_or_a_key_is_passed() -> None:
    reader = """
KEY = "c"
def inner(settings, name="d"):
    return settings.get("a"), settings[name]
def outer(values):
    inner(values, "b")
    inner(values, name=KEY)
"""
    assert read("general_settings", reader, "outer(general_settings)") == set("abcd")
    assert read("general_settings", reader) == set()


def test_a_key_with_a_part_filled_in() -> None:
    source = """
def allowed(feature):
    flag = f"disable_{feature}_for_users"
    return general_settings.get(flag)
allowed("agents")
allowed(feature="stores")
"""
    assert read("general_settings", source) == {"disable_agents_for_users", "disable_stores_for_users"}


def test_a_private_function_is_that_of_its_own_file() -> None:
    one = 'def _get(name):\n    return general_settings.get(name)\n_get("a")'
    two = 'def _get(name):\n    return router_settings.get(name)\n_get("b")'
    assert read("general_settings", one, two) == {"a"}
    assert read("router_settings", one, two) == {"b"}


def test_a_name_bound_to_itself_is_no_trap() -> None:
    assert read("general_settings", "x = y or x\ny = x or y\nx = general_settings\nx.get('a')") == {"a"}


def test_a_class_that_a_section_is_spread_into() -> None:
    source = """
class Base: inherited: int = 1
class Settings(Base):
    a: str
    b: str = Field(None, alias="c")
ADAPTER = TypeAdapter(Settings)
ADAPTER.validate_python(general_settings)
"""
    assert read("general_settings", source) == {"a", "b", "c", "inherited"}


def test_variables() -> None:
    source = """
import os
os.getenv("A_A")
os.environ["B_B"]
os.environ.get("C_C", "x")
get_secret_str("D_D")
"E_E" in os.environ
NAME = "F_F"
os.getenv(NAME)
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="G_")
    size: int = 1
os.getenv("not a name")
"""
    names = [named.name for _, named in Whole({"a.py": scan("a.py", source)}).variables()]
    assert names == ["A_A", "B_B", "C_C", "D_D", "E_E", "F_F", "G_SIZE"]


def test_types_and_defaults() -> None:
    facts = scan(
        "a.py",
        "class A:\n"
        "    a: Optional[List[str]] = None\n"
        "    b: Union[int, 'str'] = Field(default=3, description='…')\n"
        "    c: Final[Literal['x', 'y']] = 'x'\n"
        "    d: int = Field(...)\n",
    )
    assert [(field.type, field.default) for field in facts.models["A"].fields] == [
        ("list[str] | None", "None"),
        ("int | str", "3"),
        ("Literal['x', 'y']", "'x'"),
        ("int", None),
    ]
    assert type_text(None) is None
    assert default_text(None) is None


def test_options_of_the_command() -> None:
    source = """
@click.command()
@click.option("--port", "-p", default=4000, envvar="PORT")
@click.option("--debug", is_flag=True, default=False, hidden=True)
@click.option("--drop", "drop", flag_value=True)
def run_server(): pass
"""
    found = sorted(options(source))
    assert [(one.names, one.takes_value, one.env, one.default, one.hidden) for one in found] == [
        (("--debug",), False, None, "False", True),
        (("--drop",), False, None, None, False),
        (("--port", "-p"), True, "PORT", "4000", False),
    ]

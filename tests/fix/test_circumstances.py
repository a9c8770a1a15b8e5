"""A real run where it cannot write, or where writing would lose something: one line, an exit code, nothing changed."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fix.harness import FIX, Ended, Place, lent_place, run

pytestmark = [
    pytest.mark.harness,
    pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts, and acts as other users"),
]

USER = 1234
CONFIG = "one/config.yaml"


@pytest.fixture
def place() -> Iterator[Place]:
    with lent_place(USER) as place:
        yield place


def tmpfs(where: Path, *options: str) -> None:
    """Mount a small file system over a folder, with what the folder holds."""
    with tempfile.TemporaryDirectory() as kept:
        run("cp", "-a", f"{where}/.", kept)
        run("mount", "-t", "tmpfs", "-o", ",".join((*options, f"uid={USER}")), "tmpfs", where)
        run("cp", "-a", f"{kept}/.", where)


def assert_unchanged(place: Place, ended: Ended, *words: str, status: int = 3) -> None:
    """Nothing but one line that has the words came of it; there is no run to undo, and none that was cut short."""
    assert ended.status == status, ended
    lines = [line for line in ended.err.splitlines() if line.startswith("lh: ") and "git does not" not in line]
    assert len(lines) == 1, ended
    for word in words:
        assert word in lines[0], ended
    assert place.contents() == place.first, ended
    assert not list(place.state.rglob("unfinished"))


def assert_refused(place: Place, ended: Ended, *words: str) -> None:
    """The fixes of a file are refused with the words; its bytes stay, and so do those of what belongs together."""
    assert ended.status == 0, ended
    for word in words:
        assert word in " ".join(ended.out.split()), ended
    assert (place.root / CONFIG).read_bytes() == place.first[CONFIG]
    assert not list(place.root.rglob("*.lh-tmp"))


# A disk that is full


def test_a_full_disk(place: Place) -> None:
    tmpfs(place.root, "size=64k")
    with open(place.root / "ballast", "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    place.first = place.contents()
    assert_unchanged(place, place.lh(*FIX, user=USER), "could not be written: No space left on device", "nothing was")


@pytest.mark.parametrize("limit", [("size=4k",), ("nr_inodes=4",)], ids=["bytes", "inodes"])
def test_a_full_disk_of_the_state_folder(place: Place, limit: tuple[str]) -> None:
    tmpfs(place.state, *limit)
    ended = place.lh(*FIX, user=USER)
    assert_unchanged(place, ended, "No space left on device", "XDG_STATE_HOME", "nothing was written")


@pytest.mark.parametrize("limit", range(1, 3000, 97))
def test_a_limit_on_the_size_of_files(place: Place, limit: int) -> None:
    ended = place.lh(*FIX, user=USER, under=("prlimit", f"--fsize={limit}"))
    if ended.status:
        assert_unchanged(place, ended, "File too large", "nothing was written")
    else:
        assert place.lh("undo", user=USER).status == 0
        assert place.contents() == place.first


# What may not be written


@pytest.mark.parametrize("mode", [0o444, 0o400])
def test_a_read_only_file(place: Place, mode: int) -> None:
    (place.root / CONFIG).chmod(mode)
    assert_refused(place, place.lh(*FIX, user=USER), "config.yaml is not writable")


def test_a_read_only_folder(place: Place) -> None:
    (place.root / "one").chmod(0o555)
    assert_refused(place, place.lh(*FIX, user=USER), "the folder of config.yaml is not writable")


def test_a_read_only_file_system(place: Place) -> None:
    run("mount", "--bind", place.root, place.root)
    run("mount", "-o", "remount,bind,ro", place.root)
    assert_refused(place, place.lh(*FIX), "config.yaml is not writable")


@pytest.mark.parametrize("flag", ["i", "a"])
def test_an_immutable_file(place: Place, flag: str) -> None:
    run("chattr", f"+{flag}", place.root / CONFIG)
    ended = place.lh(*FIX)
    if flag == "i":
        assert_refused(place, ended, "config.yaml is not writable")
    else:
        assert_unchanged(place, ended, "config.yaml could not be written: Operation not permitted", "nothing was")


def test_a_file_that_is_a_mount_of_its_own(place: Place) -> None:
    run("mount", "--bind", place.root / CONFIG, place.root / CONFIG)
    assert_unchanged(place, place.lh(*FIX), "config.yaml could not be written: it is mounted here", "nothing was")


def test_files_of_another_user(place: Place) -> None:
    os.chown(place.root / CONFIG, 0, USER)
    (place.root / CONFIG).chmod(0o664)
    assert_refused(place, place.lh(*FIX, user=USER), "config.yaml belongs to another user")


def test_a_group_that_one_is_not_in(place: Place) -> None:
    os.chown(place.root / CONFIG, USER, 4321)
    ended = place.lh(*FIX, user=USER)
    assert_unchanged(place, ended, "config.yaml could not be written: a replacement cannot be given its group")


def test_hard_links(place: Place) -> None:
    (place.root / CONFIG).with_name("other").hardlink_to(place.root / CONFIG)
    assert_refused(place, place.lh(*FIX, user=USER), "config.yaml has 2 hard links", "part it from the others")


def test_an_owner_whom_nobody_knows_here(place: Place) -> None:
    """Root in a container without the users of the host."""
    (place.root / CONFIG).chmod(0o666)
    for folder in (place.root / "one", place.root.parent):
        folder.chmod(0o777)
    ended = place.lh(*FIX, "one/config.yaml", under=("unshare", "-r"), XDG_STATE_HOME=f"{place.state}-other")
    assert ended.status == 3, ended
    assert "could not be written: a replacement cannot be given its owner; nothing was written" in ended.err
    assert place.contents() == place.first


def test_a_file_of_a_layer_below(place: Place) -> None:
    """As in a container: the file lies in the image, and what is written in the layer above."""
    layers = place.root.parent / "layers"
    layers.mkdir()
    run("mount", "-t", "tmpfs", "tmpfs", layers)
    (layers / "above").mkdir()
    (layers / "work").mkdir()
    options = f"lowerdir={place.root},upperdir={layers}/above,workdir={layers}/work"
    run("mount", "-t", "overlay", "-o", options, "overlay", place.root)
    assert place.lh(*FIX).status == 0
    assert place.contents() != place.first
    assert place.lh("undo").status == 0
    assert place.contents() == place.first


def test_a_sticky_folder(place: Place) -> None:
    os.chown(place.root / "one", 0, 0)
    (place.root / "one").chmod(0o1777)
    assert place.lh(*FIX, user=USER).status == 0
    assert (place.root / CONFIG).read_bytes() != place.first[CONFIG]


# What a file has besides its bytes


def test_all_that_a_file_has_is_kept(place: Place) -> None:
    config = place.root / CONFIG
    run("setfacl", "-d", "-m", "u:99:rwx", config.parent)  # a file that is new in this folder gets another list
    run("setfacl", "-m", "u:77:r", config)
    run("setfattr", "-n", "user.origin", "-v", "vault", config)
    run("setfattr", "-n", "user.binary", "-v", "0x00ff00", config)
    config.chmod(0o4640)

    def besides(file: Path) -> tuple[object, ...]:
        info = file.stat()
        lists, attributes = run("getfacl", "-p", "-n", file), run("getfattr", "-d", "-m", "-", "-e", "hex", file)
        return stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid, lists, attributes

    other = place.root / "one/.env"
    before = besides(config), besides(other)
    assert "user:99" not in str(before[1])
    for user in (USER, 0):
        assert place.lh(*FIX, user=user, XDG_STATE_HOME=f"{place.state}-{user}").status == 0
        assert place.contents() != place.first
        assert (besides(config), besides(other)) == before
        assert place.lh("undo", user=user, XDG_STATE_HOME=f"{place.state}-{user}").status == 0
        assert place.contents() == place.first
        assert (besides(config), besides(other)) == before
        place.state.parent.chmod(0o777)


def test_links_in_the_root_are_kept(place: Place) -> None:
    (place.root / "shared").mkdir()
    os.chown(place.root / "shared", USER, USER)
    (place.root / CONFIG).rename(place.root / "shared/config.yaml")
    (place.root / CONFIG).symlink_to("../shared/config.yaml")
    assert place.lh(*FIX, user=USER).status == 0
    assert (place.root / CONFIG).readlink() == Path("../shared/config.yaml")
    assert b"cooldown_time: 60" in (place.root / "shared/config.yaml").read_bytes()
    assert place.lh("undo", user=USER).status == 0
    assert (place.root / CONFIG).read_bytes() == place.first[CONFIG]


# The state folder


def test_no_home(place: Place) -> None:
    ended = place.lh(*FIX, user=USER, XDG_STATE_HOME=None, HOME=None)
    assert_unchanged(place, ended, "there is no home folder", "XDG_STATE_HOME", "nothing was written")
    ended = place.lh(*FIX, user=USER, XDG_STATE_HOME=None, HOME="here")
    assert_unchanged(place, ended, "there is no home folder", "XDG_STATE_HOME", "nothing was written")
    ended = place.lh(*FIX, user=USER, XDG_STATE_HOME=None, HOME="/")
    assert_unchanged(place, ended, "Permission denied", "XDG_STATE_HOME", "nothing was written")


def test_a_state_folder_that_is_a_file(place: Place) -> None:
    (place.state / "file").touch()
    ended = place.lh(*FIX, user=USER, XDG_STATE_HOME=str(place.state / "file"))
    assert_unchanged(place, ended, "Not a directory", "nothing was written")
    (place.state / "litellm-harden").touch()
    assert_unchanged(place, place.lh(*FIX, user=USER), "litellm-harden is no folder", "nothing was written")


def test_a_read_only_state_folder(place: Place) -> None:
    place.state.chmod(0o555)
    assert_unchanged(place, place.lh(*FIX, user=USER), "Permission denied", "XDG_STATE_HOME", "nothing was written")


def test_a_state_folder_of_another_user(place: Place) -> None:
    (place.state / "litellm-harden").mkdir(mode=0o755)
    assert_unchanged(place, place.lh(*FIX, user=USER), "litellm-harden belongs to another user", "nothing was written")
    os.chown(place.state / "litellm-harden", USER, USER)
    assert_unchanged(place, place.lh(*FIX), "litellm-harden belongs to another user", "nothing was written")


def test_a_state_folder_that_others_may_write_into(place: Place) -> None:
    assert place.lh(*FIX, user=USER).status == 0
    (place.state / "litellm-harden").chmod(0o777)
    after = place.contents()
    assert "others may write into" in place.lh("undo", user=USER).err
    assert place.contents() == after
    (place.state / "litellm-harden").chmod(0o755)
    assert place.lh("undo", user=USER).status == 0
    assert stat.S_IMODE((place.state / "litellm-harden").stat().st_mode) == 0o700


@pytest.mark.parametrize("umask", ["000", "077", "0777"])
def test_the_journal_is_private_whatever_the_umask(place: Place, umask: str) -> None:
    with_umask = ("sh", "-c", f'umask {umask}; exec "$@"', "sh")
    assert place.lh(*FIX, user=USER, under=with_umask).status == 0
    inside = list(place.state.rglob("*"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in inside if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in inside if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.root.rglob("*") if path.is_file()} == {0o644}
    assert place.lh("undo", user=USER, under=with_umask).status == 0
    assert place.contents() == place.first

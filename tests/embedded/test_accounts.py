"""The parts run as ordinary users, below closed folders too, and open nobody's permissions."""

import json
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from backend.embedded.errors import UnsafeFolderError
from backend.embedded.sockets import make_guarded
from tests.conftest import CHECKOUT

BIND_AND_RUN = 'mount --bind "$1" "$2"; shift 2; exec "$@"'
FILL_AND_RUN = 'mount -t tmpfs -o size=8m,mode=0700 tmpfs "$1"; shift; exec "$@"'
IS_ROOT = os.geteuid() == 0


@pytest.fixture
def closed_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    return folder


def live(checkout: Path, data_folder: Path, *before: str) -> dict[str, Any]:
    """Run whole_life.py from a checkout; `before` changes who runs it, and what there is."""
    program = [
        checkout / ".venv/bin/python",
        checkout / "tests/embedded/whole_life.py",
        data_folder,
    ]
    done = subprocess.run(
        [*before, *program],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": str(checkout), "HOME": "/"},
        stdout=subprocess.PIPE,
        check=True,
        cwd="/",
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def in_private_mounts(script: str, *words: Path) -> list[str]:
    """Return what lets a shell script mount, for root and for an ordinary user alike."""
    as_root = [] if IS_ROOT else ["--user", "--map-root-user"]
    back = [] if IS_ROOT else ["unshare", "--user", f"--map-user={os.geteuid()}"]
    return ["unshare", "--mount", *as_root, "sh", "-ec", script, "sh", *map(str, words), *back]


def test_root_uses_an_ordinary_account_and_a_user_their_own(tmp_path: Path) -> None:
    answer = live(CHECKOUT, tmp_path)

    assert (answer["postgres"], answer["redis"]) == (42, 42)
    assert len(answer["uids"]) == 1
    if IS_ROOT:
        with pytest.raises(KeyError):
            pwd.getpwuid(answer["uids"][0])
    else:
        assert answer["uids"] == [os.geteuid()]


def test_checkout_below_a_closed_folder(closed_folder: Path) -> None:
    checkout = closed_folder / "checkout"
    checkout.mkdir()

    answer = live(
        checkout, closed_folder / "data", *in_private_mounts(BIND_AND_RUN, CHECKOUT, checkout)
    )

    assert (answer["postgres"], answer["redis"]) == (42, 42)
    assert 0 not in answer["uids"]
    assert stat.S_IMODE(closed_folder.stat().st_mode) == 0o700


def test_ordinary_user(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """As root this hands a bound checkout to `nobody`, who may enter neither it nor our folder."""
    if not IS_ROOT:
        assert live(CHECKOUT, tmp_path)["uids"] == [os.geteuid()]
        return
    nobody = pwd.getpwnam("nobody")
    home = Path(tempfile.mkdtemp(prefix="draftworks-home-"))
    request.addfinalizer(lambda: shutil.rmtree(home))
    # The user's sockets were in a folder below this one, which stays for the next time.
    sockets = Path(f"/tmp/draftworks-{nobody.pw_uid}")  # noqa: S108 -- only ever emptied
    request.addfinalizer(lambda: shutil.rmtree(sockets, ignore_errors=True))
    (home / "checkout").mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)

    answer = live(
        home / "checkout",
        home / "data",
        *in_private_mounts(BIND_AND_RUN, CHECKOUT, home / "checkout"),
        *("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"),
    )

    assert answer == {"postgres": 42, "redis": 42, "uids": [nobody.pw_uid]}


def test_root_works_on_a_users_folder_as_that_user(tmp_path: Path) -> None:
    owner = pwd.getpwnam("nobody") if IS_ROOT else pwd.getpwuid(os.geteuid())
    for folder in (tmp_path / "postgres", tmp_path / "redis"):
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.pw_uid, owner.pw_gid)

    assert live(CHECKOUT, tmp_path)["uids"] == [owner.pw_uid]

    left = {path.stat().st_uid for path in (tmp_path / "postgres").rglob("*")}
    assert left == {owner.pw_uid}


def test_full_disk_is_named(closed_folder: Path) -> None:
    answer = live(CHECKOUT, closed_folder, *in_private_mounts(FILL_AND_RUN, closed_folder))

    assert "The disk is full: make room and start again." in answer["error"]


def test_sockets_are_not_put_where_a_link_leads(tmp_path: Path) -> None:
    (tmp_path / "trap").symlink_to(tmp_path)

    with pytest.raises(UnsafeFolderError, match="somebody else made it"):
        make_guarded(tmp_path / "trap")

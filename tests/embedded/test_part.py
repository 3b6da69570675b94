"""Both parts start once, attach, survive what kills them, and leave nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.embedded import EmbeddedPostgres, EmbeddedRedis
from backend.embedded.errors import ForeignDataError, NotRunningError, StartFailedError
from backend.embedded.part import EmbeddedPart
from backend.embedded.processes import find_processes, signal_all
from backend.embedded.programs import find_redis

MakePart = Callable[[], EmbeddedPart]


def pids(part: EmbeddedPart) -> list[int]:
    return find_processes(part.data, part.program_names) or []


def starter(part: EmbeddedPart) -> subprocess.Popen[bytes]:
    """Start the part from a process of its own."""
    name = type(part).__name__
    code = (
        f"import backend.embedded as e, pathlib, sys; e.{name}(pathlib.Path(sys.argv[1])).start()"
    )
    return subprocess.Popen([sys.executable, "-c", code, str(part.folder.parent)])


def has_begun(part: EmbeddedPart) -> bool:
    """Whether a start is filling its draft; one that vanishes while we look has been finished."""
    try:
        return any(part.folder.glob("unfinished-*/*"))
    except FileNotFoundError:
        return True


def test_second_start_attaches(make_part: MakePart) -> None:
    make_part().start()
    before = pids(make_part())

    make_part().start()

    assert pids(make_part())[0] == before[0]
    assert make_part().answers()


def test_it_outlives_who_started_it(make_part: MakePart) -> None:
    assert starter(make_part()).wait() == 0

    assert make_part().answers()


def test_starters_at_once_share_one_server(make_new_part: MakePart) -> None:
    starters = [starter(make_new_part()) for _ in range(3)]

    assert [process.wait() for process in starters] == [0, 0, 0]
    leaders = [
        pid
        for pid in pids(make_new_part())
        if Path(f"/proc/{pid}/cmdline").read_bytes()[:1] == b"/"
    ]
    assert len(leaders) == 1


def test_stop_leaves_nothing(make_part: MakePart) -> None:
    part = make_part()
    part.start()
    sockets = part.sockets

    part.stop()

    assert not part.is_running
    assert pids(part) == []
    assert not sockets.exists()
    assert str(part.folder) not in Path("/proc/self/mountinfo").read_text()
    with pytest.raises(NotRunningError):
        _ = part.sockets


def test_stop_is_free_where_nothing_runs(make_new_part: MakePart) -> None:
    make_new_part().stop()

    assert not make_new_part().folder.exists()


def test_killed_server_starts_again(make_part: MakePart) -> None:
    make_part().start()
    signal_all(pids(make_part()), signal.SIGKILL)

    make_part().start()

    assert make_part().answers()


def test_reused_process_number_is_left_alone(make_part: MakePart) -> None:
    part = make_part()
    part.start()
    part.stop()
    with subprocess.Popen(["sleep", "60"]) as bystander:
        (part.data / part.pid_file_name).write_text(f"{bystander.pid}\n{part.data}\n")

        part.start()
        part.stop()

        assert bystander.poll() is None
        bystander.kill()


def test_server_whose_sockets_are_gone_is_replaced(make_part: MakePart) -> None:
    part = make_part()
    part.start()
    before = pids(part)
    for socket in part.sockets.iterdir():
        socket.unlink()

    part.start()

    assert part.answers()
    assert not set(pids(part)) & set(before)


def test_start_that_was_killed_is_done_again(make_new_part: MakePart) -> None:
    part = make_new_part()
    process = starter(part)
    while not has_begun(part) and process.poll() is None:
        pass
    process.kill()
    process.wait()

    part.start()

    assert part.answers()
    assert not list(part.folder.glob("unfinished-*"))


def test_server_of_other_means_is_not_joined(make_redis: Callable[[], EmbeddedRedis]) -> None:
    part = make_redis()
    part.start()
    part.stop()
    program = Path(*find_redis())
    command = [program, "--port", "0", "--unixsocket", "other"]
    with subprocess.Popen(command, cwd=part.data, stdout=subprocess.DEVNULL) as other:
        with pytest.raises(ForeignDataError, match=f"process {other.pid}"):
            part.start()
        other.kill()


def test_unreadable_data_end_with_the_log(make_redis: Callable[[], EmbeddedRedis]) -> None:
    part = make_redis()
    part.start()
    part.stop()
    for file in part.data.rglob("*.aof"):  # newer versions have a folder of them
        file.write_bytes(b"*1\r\nnonsense")

    with pytest.raises(StartFailedError) as caught:
        part.start()

    assert "Bad file format" in caught.value.log_tail
    assert not part.is_running


def test_long_paths_are_fine(tmp_path: Path) -> None:
    part = EmbeddedRedis(tmp_path / ("long" * 40) / "data")
    part.start()

    assert part.answers()
    part.stop()


def test_nobody_else_may_enter_the_sockets(make_part: MakePart) -> None:
    part = make_part()
    part.start()

    assert part.sockets.stat().st_mode & 0o077 == 0
    assert part.data.stat().st_mode & 0o077 == 0


def test_data_of_a_whole_cluster_are_not_made_twice(
    make_postgres: Callable[[], EmbeddedPostgres],
) -> None:
    part = make_postgres()
    part.start()
    made = (part.data / "PG_VERSION").stat().st_ino
    part.stop()

    part.start()

    assert (part.data / "PG_VERSION").stat().st_ino == made
    assert os.access(part.folder / "superuser.password", os.R_OK)


def test_start_that_fails_leaves_no_folder_for_sockets(
    make_postgres: Callable[[], EmbeddedPostgres],
) -> None:
    part = make_postgres()
    part.start()
    sockets = part.sockets
    part.stop()
    (part.data / "PG_VERSION").write_text("15\n")

    with pytest.raises(ForeignDataError):
        part.start()

    assert not sockets.exists()
    assert not part.is_running

"""What PostgreSQL and Redis share: start once, attach when running, stop without traces."""

import os
import secrets
import shutil
import signal
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import ClassVar

from backend.embedded.account import Account, choose_account, refuse_foreign
from backend.embedded.errors import ForeignDataError, NotRunningError, StartFailedError
from backend.embedded.files import Log, open_log, write_private
from backend.embedded.locks import hold, is_free_within, is_held
from backend.embedded.place import Place, clear_home, open_place, sockets_in
from backend.embedded.processes import find_processes, signal_all
from backend.embedded.sockets import socket_home

_SOCKET_APPEARS_SECONDS = 2
_REMEDIES = {
    "No space left on device": "The disk is full: make room and start again.",
    "unshare failed": (
        "Root may not make private mounts here (CAP_SYS_ADMIN): allow it, or run as a user."
    ),
}


class EmbeddedPart(ABC):
    """A server that runs from a folder of its own and outlives whoever started it.

    Two locks in that folder: `starting` is held while somebody starts or stops it, `alive` is
    inherited by its processes and so held exactly as long as one of them lives.
    """

    title: ClassVar[str]
    folder_name: ClassVar[str]
    socket_name: ClassVar[str]
    pid_file_name: ClassVar[str]
    program_names: ClassVar[frozenset[str]]
    # How to ask for the end, ever less politely, and how long each may take.
    stop_signals: ClassVar[tuple[tuple[signal.Signals, float], ...]]

    def __init__(self, data_folder: Path, *, start_timeout_seconds: float = 120) -> None:
        self.folder = data_folder.resolve() / self.folder_name
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self._start_timeout_seconds = start_timeout_seconds
        self._starting = self.folder / "starting"
        self._alive = self.folder / "alive"
        self._record = self.folder / "sockets"

    @property
    def is_running(self) -> bool:
        """Whether any process of it lives, answering or not."""
        return is_held(self._alive)

    @property
    def sockets(self) -> Path:
        """The folder with its socket; whoever started it chose the place."""
        try:
            return Path(self._record.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NotRunningError(self.title, self.folder) from None

    def start(self) -> None:
        """Attach to the server that runs on this folder, or start it, with new data if need be."""
        self._make_folder()
        with hold(self._starting):
            if self.is_running:
                if self._answers_within(self._attach_timeout_seconds()):
                    return
                self._end()
            self._start_anew()

    def stop(self) -> None:
        """End the server and all its processes; nothing to do when it does not run."""
        if not self.folder.is_dir():
            return
        refuse_foreign(self.folder)
        with hold(self._starting):
            if self.is_running:
                self._end()
            self._forget_sockets()

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server takes a command now."""

    @abstractmethod
    def _programs(self) -> Path:
        """Return the folder that its programs are in, or raise PartMissingError."""

    @abstractmethod
    def _server(self, place: Place) -> list[str | Path]:
        """Return the command line of the server."""

    @abstractmethod
    def _refuse_unusable_data(self) -> None:
        """Raise ForeignDataError for data that this version could not use."""

    @abstractmethod
    def _fill_data(self, place: Place) -> None:
        """Put into a new data folder what the server needs."""

    def _start_anew(self) -> None:
        self._forget_sockets()
        self._refuse_other_users()
        with ExitStack() as undo:
            undo.callback(self._forget_sockets)
            place = self._prepare()
            with open_log(self.log) as log:
                with hold(self._alive) as alive:
                    place.launch(self._server(place), log=log.descriptor, alive=alive)
                if not self._answers_within(self._start_timeout_seconds):
                    self._give_up(log)
            undo.pop_all()

    def _prepare(self) -> Place:
        account = choose_account(self.folder, self.data)
        home = socket_home(self.folder, longest_name=f"sockets/{self.socket_name}")
        write_private(self._record, str(sockets_in(home, account)))
        self._make_data(home, account)
        return self._place(home, account, self.data)

    def _make_data(self, home: Path, account: Account | None) -> None:
        if self.data.exists():
            self._refuse_unusable_data()
            return
        for left in self.folder.glob("unfinished-*"):  # by a start that was killed
            shutil.rmtree(left, ignore_errors=True)
        draft = self.folder / f"unfinished-{secrets.token_hex(4)}"
        draft.mkdir(mode=0o700)
        if account is not None:
            os.chown(draft, account.uid, account.gid)
        try:
            self._fill_data(self._place(home, account, draft))
            draft.replace(self.data)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _place(self, home: Path, account: Account | None, data: Path) -> Place:
        return open_place(programs=self._programs(), data=data, home=home, account=account)

    def _answers_within(self, timeout_seconds: float) -> bool:
        deadline = time.monotonic() + timeout_seconds
        while not self.answers():
            if not self.is_running or time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def _end(self) -> None:
        for number, patience_seconds in self.stop_signals:
            signal_all(self._targets(number), number)
            if is_free_within(self._alive, patience_seconds):
                return
        raise StartFailedError(self.title, "does not stop.", log=self.log)

    def _targets(self, number: signal.Signals) -> list[int]:
        """Return the leading process; for the last resort, and when it is lost, every one."""
        lead = self._lead_pid()
        found = find_processes(self.data, self.program_names)
        if found is None:
            return [lead] if lead else []
        return [lead] if lead in found and number != signal.SIGKILL else found

    def _lead_pid(self) -> int | None:
        try:
            return int((self.data / self.pid_file_name).read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _give_up(self, log: Log) -> None:
        if self.is_running:
            self._end()
        raise self._failure("does not start.", log)

    def _failure(self, what: str, log: Log) -> StartFailedError:
        tail = log.tail()
        remedy = next((remedy for sign, remedy in _REMEDIES.items() if sign in tail), "")
        return StartFailedError(self.title, f"{what} {remedy}", log=self.log, log_tail=tail)

    def _attach_timeout_seconds(self) -> float:
        """Wait briefly for a server without a socket: lost with a runtime folder, it stays lost."""
        with suppress(NotRunningError):
            if (self.sockets / self.socket_name).exists():
                return self._start_timeout_seconds
        return _SOCKET_APPEARS_SECONDS

    def _refuse_other_users(self) -> None:
        """Raise when the data are in use by a server that is not ours; forget a dead one's pid."""
        found = find_processes(self.data, self.program_names)
        if found:
            raise ForeignDataError(
                self.data,
                f"is in use by process {found[0]}, which was started by other means.",
                "Stop that process first.",
            )
        if found is not None:  # its number may by now be another process's
            (self.data / self.pid_file_name).unlink(missing_ok=True)

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except PermissionError as error:
            raise ForeignDataError(
                self.folder,
                "cannot be made by you.",
                "Run as the owner of the folder above it, or name another in DRAFTWORKS_DATA.",
            ) from error
        refuse_foreign(self.folder)

    def _forget_sockets(self) -> None:
        with suppress(NotRunningError):
            clear_home(self.sockets)
        self._record.unlink(missing_ok=True)

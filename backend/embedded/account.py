"""Who a part runs as: the caller; for root an ordinary uid that no user and no service has."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from backend.embedded.errors import ForeignDataError

# systemd's allocation table leaves 60578 to 61183 to nobody, login.defs ends below it, and unlike
# the large free ranges it lies inside every container's map of 65536 ids.
_FREE_UIDS = range(60_917, 61_184)


@dataclass(frozen=True)
class Account:
    """An uid and gid without a password entry; the part's own mounts give it a name."""

    uid: int
    gid: int

    @property
    def passwd(self) -> str:
        """What /etc/passwd says inside the part's mounts; initdb insists on having a name."""
        return (
            "root:x:0:0:root:/root:/usr/sbin/nologin\n"
            f"draftworks:x:{self.uid}:{self.gid}:Draftworks:/nonexistent:/usr/sbin/nologin\n"
        )


def choose_account(folder: Path, data: Path) -> Account | None:
    """Return whose processes a part's are; None when the caller's own.

    Root works on a user's folder as that user, and on its own as a free uid.
    """
    if os.geteuid() != 0:
        return None
    for place in (data, folder):
        if place.exists() and place.stat().st_uid != 0:
            return Account(place.stat().st_uid, place.stat().st_gid)
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    uid = next(uid for uid in _FREE_UIDS if uid not in taken)
    return Account(uid, uid)


def refuse_foreign(folder: Path) -> None:
    """Raise for a part that another user made; root may use anybody's."""
    owner = folder.stat().st_uid
    if os.geteuid() not in {0, owner}:
        raise ForeignDataError(
            folder,
            f"belongs to uid {owner}, and you are uid {os.geteuid()}.",
            "Run as its owner, or name another data folder in DRAFTWORKS_DATA.",
        )

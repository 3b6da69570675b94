"""A key's text: its shape, its checksum, and what it never shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.errors import ApiKeyRejectedError, WeakServerSecretError
from tenants.keys import BASE62, make_key, read_key
from tenants.signing import ServerSecret
from tests.tenants.parts import SECRET

KEY = make_key()


def test_key_reads_back() -> None:
    key = make_key()

    assert read_key(key.text) == key
    assert key.text.startswith(f"dw_live_{key.public_id}_")
    assert len(key.text) == len("dw_live_") + 8 + 1 + 32 + 6


def test_keys_differ() -> None:
    assert len({make_key().text for _ in range(100)}) == 100


@given(position=st.integers(8, len(KEY.text) - 1), character=st.sampled_from(BASE62))
def test_any_one_wrong_character_is_caught(position: int, character: str) -> None:
    wrong = KEY.text[:position] + character + KEY.text[position + 1 :]
    if wrong == KEY.text:
        assert read_key(wrong) == KEY
        return

    with pytest.raises(ApiKeyRejectedError):
        read_key(wrong)


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ApiKeyRejectedError):
        read_key(text)


@pytest.mark.parametrize(
    "wrong",
    [KEY.text[:-1], KEY.text + "0", KEY.text + "\n", f" {KEY.text}"],
    ids=["cut off", "padded", "newline after", "space before"],
)
def test_cut_off_or_padded_key_is_refused(wrong: str) -> None:
    with pytest.raises(ApiKeyRejectedError):
        read_key(wrong)


def test_printing_a_key_shows_its_public_part_only() -> None:
    assert repr(KEY) == f"KeyText(dw_live_{KEY.public_id}_…)"
    assert "long enough" not in repr(SECRET)


def test_digest_depends_on_server_secret_and_purpose() -> None:
    other = ServerSecret(b"another server secret, long enough too")

    assert KEY.digest(SECRET) == KEY.digest(SECRET)
    assert KEY.digest(SECRET) != KEY.digest(other)
    assert KEY.digest(SECRET) != SECRET.sign("cursor", KEY.text.encode())


@pytest.mark.parametrize("weak", ["", b"short", "x" * 31])
def test_weak_server_secret_is_refused(weak: str | bytes) -> None:
    with pytest.raises(WeakServerSecretError):
        ServerSecret(weak)

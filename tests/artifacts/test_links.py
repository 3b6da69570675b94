"""Links that the works sign: nothing but the works' own, unchanged, opens anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.artifacts.errors import InvalidLinkError
from backend.artifacts.links import LinkSigner, content_disposition

SIGNER = LinkSigner(b"k" * 32)


def make_link() -> tuple[str, str]:
    link = SIGNER.sign("tenant/a", expires_seconds=60, file_name="a", attachment=True)
    token, _, signature = link.removeprefix("/v1/artifacts/").partition("?signature=")
    return token, signature


@pytest.mark.parametrize(
    ("token", "signature"),
    [("", ""), ("a", ""), ("ü", "ü"), ("x" * 9000, "y"), ("!!!", "???"), ("e30", "e30")],
)
def test_noise_is_no_link(token: str, signature: str) -> None:
    with pytest.raises(InvalidLinkError):
        SIGNER.verify(token, signature)


def test_another_secret_opens_nothing() -> None:
    with pytest.raises(InvalidLinkError):
        LinkSigner(b"x" * 32).verify(*make_link())


@given(st.integers(min_value=0), st.sampled_from("Aa0_-"))
def test_no_character_of_a_token_can_be_changed(place: int, character: str) -> None:
    token, signature = make_link()
    at = place % len(token)
    changed = token[:at] + character + token[at + 1 :]
    if changed != token:
        with pytest.raises(InvalidLinkError):
            SIGNER.verify(changed, signature)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        LinkSigner(b"short")


@given(st.text(st.characters(exclude_categories=[])))
def test_no_file_name_breaks_out_of_its_header(file_name: str) -> None:
    header = content_disposition(file_name, attachment=True)

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2

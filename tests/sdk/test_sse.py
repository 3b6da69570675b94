"""The parser of event streams reads the same messages however the bytes are cut."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from draftworks._sse import Message, MessageParser

STREAM = (
    '\ufeff: hello\n\nid: 1\nevent: status\ndata: {"a":\ndata: "ü🚲"}\n\n'
    "retry: 250\r\nid: 2\r\ndata:x\r\rdata\ndata: \n\n: ping\n\nid: 3\0\nevent: y\ndata:  two\n\n"
    "retry: soon\nother: z\nevent: lost\n\ndata: cut"
).encode()
MESSAGES = [
    Message(event="status", data='{"a":\n"ü🚲"}', id="1"),
    Message(event="message", data="x", id="2"),
    Message(event="message", data="\n", id="2"),
    Message(event="y", data=" two", id="2"),
]


def parse(stream: bytes, cuts: list[int]) -> tuple[list[Message], MessageParser]:
    parser = MessageParser()
    places = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    messages = [m for start, stop in pairwise(places) for m in parser.feed(stream[start:stop])]
    return messages, parser


@given(st.lists(st.integers(min_value=0), max_size=30))
def test_cuts_make_no_difference(cuts: list[int]) -> None:
    messages, parser = parse(STREAM, cuts)

    assert messages == MESSAGES
    assert (parser.last_id, parser.retry_seconds) == ("2", 0.25)


@given(st.binary())
def test_noise_is_never_an_exception(noise: bytes) -> None:
    parse(noise, [])

"""The door to Anthropic: asks over the Messages API, again when that makes sense, and counts."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import anthropic
import httpx2
from anthropic import AsyncAnthropic
from anthropic.lib.streaming import AsyncMessageStream
from anthropic.types import Message

from backend.agent.errors import (
    AnswerMalformedError,
    ModelAccessError,
    ModelError,
    ModelUnavailableError,
    PromptTooLongError,
    QuestionRejectedError,
)
from backend.agent.model import Answer, Hear, Question, Stop
from backend.agent.patience import Patience
from backend.agent.usage import NO_TOKENS, TokenUsage

PUBLIC_ADDRESS = "https://api.anthropic.com"
_CACHED = {"cache_control": {"type": "ephemeral"}}
_TOO_LARGE = 413
_NO_ACCESS = frozenset({401, 402, 403, 404})
_WORTH_ASKING_AGAIN = frozenset({408, 409, 429})
_SERVER_FAULT = 500
# An error in the middle of an answer has the answer's status, 200, so its own words tell its kind.
_KINDS_WORTH_ASKING_AGAIN = frozenset(
    {"overloaded_error", "rate_limit_error", "api_error", "timeout_error"}
)
_TOO_LONG = "prompt is too long"
# What the SDK stumbles over an answer with that is no JSON, or not of the shape of an event.
_GARBLED = (ValueError, TypeError, AttributeError, LookupError, AssertionError, RuntimeError)


class _BrokenOffError(Exception):
    """One try that came to nothing, though another may not."""

    def __init__(self, reason: str, headers: Mapping[str, str], usage: TokenUsage) -> None:
        super().__init__(reason)
        self.headers = headers
        self.usage = usage


class AnthropicModel:
    """Any of Anthropic's models, by the name in the question."""

    def __init__(self, client: AsyncAnthropic, patience: Patience) -> None:
        self._client = client
        self._patience = patience

    async def ask(self, question: Question, hear: Hear | None = None) -> Answer:
        """Return the answer; ask again while the service is busy, and tell of each wait."""
        wasted = NO_TOKENS
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._ask_once(question, wasted)
            except _BrokenOffError as broken:
                wasted += broken.usage
                wait = self._patience.wait_after(attempt, broken.headers)
                if attempt == self._patience.tries or wait > self._patience.longest_wait_seconds:
                    raise ModelUnavailableError(
                        f"The model does not answer: {broken}", wait_seconds=wait, wasted=wasted
                    ) from broken
                if hear is not None:
                    await hear(
                        f"The model does not answer ({broken}). Asking again in {wait:.0f} s."
                    )
                await asyncio.sleep(wait)

    async def _ask_once(self, question: Question, wasted: TokenUsage) -> Answer:
        seen = _Seen()
        try:
            async with self._client.messages.stream(**_parameters(question)) as stream:
                message = await seen.read(stream)
        except anthropic.APIStatusError as error:
            raise _named(error, seen.usage, wasted) from error
        except (anthropic.APIConnectionError, httpx2.HTTPError) as error:
            reason = f"the connection failed: {type(error).__name__}"
            raise _BrokenOffError(reason, {}, seen.usage) from error
        except _GARBLED as error:
            raise _BrokenOffError("the answer was garbled", {}, seen.usage) from error
        if message is None or message.stop_reason is None:
            raise _BrokenOffError("the answer broke off", {}, seen.usage)
        return _answer(message, stream.request_id, seen.usage, wasted)


class _Seen:
    """What has come of an answer until now: it was paid for, also when no more comes."""

    def __init__(self) -> None:
        self.usage = NO_TOKENS

    async def read(self, stream: AsyncMessageStream[Any]) -> Message | None:
        """Read to the end; None when the answer stopped without one."""
        is_whole = False
        message: Message | None = None
        async for event in stream:
            message = stream.current_message_snapshot
            self.usage = _usage(message)
            is_whole = is_whole or event.type == "message_stop"
        return message if is_whole else None


def _parameters(question: Question) -> dict[str, Any]:
    """Write the question down; what is the same in every call of a conversation comes first."""
    system = [{"type": "text", "text": question.instructions, **_CACHED}]
    parameters: dict[str, Any] = {
        "model": question.model,
        "max_tokens": question.max_tokens,
        "system": system,
        "messages": list(question.messages),
        "diagnostics": {"previous_message_id": question.after},
        **_CACHED,  # and up to the last block, for the next call
    }
    if question.tools:
        parameters["tools"] = list(question.tools)
    if question.answer_schema is not None:
        schema = {"type": "json_schema", "schema": question.answer_schema}
        parameters["output_config"] = {"format": schema}
    return parameters


def _usage(message: Message) -> TokenUsage:
    counted = message.usage
    return TokenUsage(
        fresh=counted.input_tokens,
        cache_written=counted.cache_creation_input_tokens or 0,
        cache_read=counted.cache_read_input_tokens or 0,
        output=counted.output_tokens,
    )


def _answer(
    message: Message, request_id: str | None, usage: TokenUsage, wasted: TokenUsage
) -> Answer:
    try:
        stop = Stop(str(message.stop_reason))
    except ValueError as error:
        raise AnswerMalformedError(
            f'the model stopped for a reason that is not known: "{message.stop_reason}"',
            wasted=wasted + usage,
        ) from error
    diagnosed = message.diagnostics
    reason = diagnosed.cache_miss_reason if diagnosed else None
    return Answer(
        id=message.id,
        model=message.model,
        content=tuple(block.to_dict(exclude_none=True) for block in message.content),
        stop=stop,
        usage=usage,
        wasted=wasted,
        cache_miss=reason.type if reason else None,
        request_id=request_id,
    )


def _named(
    error: anthropic.APIStatusError, usage: TokenUsage, wasted: TokenUsage
) -> ModelError | _BrokenOffError:
    """Say what an error of the service means for whoever asked."""
    said = error.api_message or error.message
    status = error.status_code
    is_in_answer = error.response.is_success
    if is_in_answer or status in _WORTH_ASKING_AGAIN or status >= _SERVER_FAULT:
        if is_in_answer and error.type not in _KINDS_WORTH_ASKING_AGAIN:
            return QuestionRejectedError(said, wasted=wasted + usage)
        name = error.type or f"status {status}"
        return _BrokenOffError(name.replace("_", " "), error.response.headers, usage)
    if status == _TOO_LARGE or _TOO_LONG in said:
        return PromptTooLongError(said, wasted=wasted + usage)
    if status in _NO_ACCESS:
        return ModelAccessError(said, wasted=wasted + usage)
    return QuestionRejectedError(said, wasted=wasted + usage)


@asynccontextmanager
async def open_anthropic_model(
    *, key: str, base_url: str = PUBLIC_ADDRESS, patience: Patience | None = None
) -> AsyncIterator[AnthropicModel]:
    """Open the door. The SDK asks once: what breaks off within an answer needs asking again too."""
    patience = patience or Patience()
    timeout = httpx2.Timeout(patience.silence_seconds, connect=patience.connect_seconds)
    async with AsyncAnthropic(
        api_key=key, base_url=base_url, max_retries=0, timeout=timeout
    ) as client:
        yield AnthropicModel(client, patience)

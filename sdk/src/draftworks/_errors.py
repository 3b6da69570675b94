"""The client's errors: one root, so that one `except` catches them all.

DraftworksError
├── ConfigurationError              no key, or an address that is none
├── BlueprintUnreadableError        the blueprint's file is not UTF-8 text
├── APIStatusError                  the works answered with an error; carries code and body
│   ├── BadRequestError             400
│   ├── AuthenticationError         401
│   ├── PaymentRequiredError        402, out of credits
│   ├── PermissionDeniedError       403
│   ├── NotFoundError               404
│   ├── ConflictError               409
│   ├── UnprocessableEntityError    422
│   ├── RateLimitError              429
│   └── InternalServerError         5xx
├── APIConnectionError              no answer, or it was cut
│   └── APITimeoutError             no answer in time
├── APIResponseValidationError      an answer that this client cannot read
├── BuildFailedError                waited for a build that failed
├── BuildCanceledError              waited for a build that was canceled
├── WaitTimeoutError                the build did not get there in time
├── BundleError                     a bundle, or a key's file, that cannot be looked at
└── DownloadError                   an artifact that was not kept
    ├── UnsafePathError             its path would leave the folder
    └── ChecksumMismatchError       its bytes are not what was promised
"""

from typing import Any

import msgspec

from draftworks._models import Build
from draftworks._response import APIResponse

_SHOWN_CHARACTERS = 300


class DraftworksError(Exception):
    """Anything that this client raises on purpose."""


class ConfigurationError(DraftworksError):
    """The client was opened without a key or with an address that is none."""


class BlueprintUnreadableError(DraftworksError):
    """A blueprint's file is not UTF-8 text; the message names the byte."""


class APIStatusError(DraftworksError):
    """The works answered with an error.

    `status_code` is HTTP's; `code` is the works' own stable word, such as `out_of_credits`, or
    `http_<status>` when a machine in between answered; `errors` name the fields at fault;
    `body` is the decoded JSON, or text; `request_id` is what to name when you ask for help.
    """

    def __init__(self, response: APIResponse) -> None:
        super().__init__(response)
        self.response = response
        self.status_code = response.status_code
        self.body = _body_of(response)
        problem = self.body if isinstance(self.body, dict) else {}
        self.code = str(problem.get("code") or f"http_{response.status_code}")
        self.title = str(problem.get("title") or "")
        self.detail = str(problem.get("detail") or "")
        self.errors = _errors_of(problem)
        self.request_id = response.request_id or problem.get("request_id")

    def __str__(self) -> str:
        parts = [f"{self.status_code} {self.code}", self.detail or self.title or self._excerpt()]
        parts += [_sentence_of(error) for error in self.errors[:5]]
        said = ": ".join(part for part in parts[:2] if part)
        return "; ".join([said, *parts[2:]]) + self._request_note()

    def _excerpt(self) -> str:
        location = self.response.headers.get("location")
        if location and 300 <= self.status_code < 400:  # noqa: PLR2004 - HTTP's redirects
            return f"the address redirects to {location}; give that one as base_url"
        return self.body[:_SHOWN_CHARACTERS] if isinstance(self.body, str) else ""

    def _request_note(self) -> str:
        where = f"{self.response.method} {self.response.path}"
        return f" ({where}, request {self.request_id})" if self.request_id else f" ({where})"


class BadRequestError(APIStatusError):
    """400: the request is malformed."""


class AuthenticationError(APIStatusError):
    """401: the key is missing, wrong or revoked."""


class PaymentRequiredError(APIStatusError):
    """402: the credits do not cover it."""


class PermissionDeniedError(APIStatusError):
    """403: the key may not do this."""


class NotFoundError(APIStatusError):
    """404: there is no such thing, or it belongs to somebody else."""


class ConflictError(APIStatusError):
    """409: the thing is in another state than the request assumes."""


class UnprocessableEntityError(APIStatusError):
    """422: understood and refused, such as a blueprint that cannot be ordered."""


class RateLimitError(APIStatusError):
    """429: too many requests, or too many builds at once."""


class InternalServerError(APIStatusError):
    """5xx: the works failed."""


class APIConnectionError(DraftworksError):
    """No answer came, or it was cut; `__cause__` says how."""


class APITimeoutError(APIConnectionError):
    """No answer came in time."""


class APIResponseValidationError(DraftworksError):
    """The answer is not what the API promises; `response` is what came."""

    def __init__(self, reason: str, response: APIResponse | None = None) -> None:
        super().__init__(reason, response)
        self.reason = reason
        self.response = response
        self.request_id = response.request_id if response else None

    def __str__(self) -> str:
        if self.response is None:
            return self.reason
        answer = self.response
        return f"{self.reason} ({answer.method} {answer.path} answered {answer.status_code})"


class BuildFailedError(DraftworksError):
    """The build failed; `build` has its reason, its criteria and what it cost."""

    def __init__(self, build: Build) -> None:
        super().__init__(build)
        self.build = build

    def __str__(self) -> str:
        failed = [c.id for c in self.build.criteria if c.verdict in ("failed", "unstable")]
        said = [f"build {self.build.id} failed ({self.build.failure_reason or 'no reason given'})"]
        said += [self.build.failure_message] if self.build.failure_message else []
        said += ["criteria: " + ", ".join(failed)] if failed else []
        return ": ".join(said)


class BuildCanceledError(DraftworksError):
    """The build was canceled; `build` is how it ended."""

    def __init__(self, build: Build) -> None:
        super().__init__(build)
        self.build = build

    def __str__(self) -> str:
        return f"build {self.build.id} was canceled"


class WaitTimeoutError(DraftworksError):
    """The build goes on, the waiting ended; `build` is where it stood."""

    def __init__(self, build: Build, timeout_seconds: float) -> None:
        super().__init__(build, timeout_seconds)
        self.build = build
        self.timeout_seconds = timeout_seconds

    def __str__(self) -> str:
        status = self.build.status.value
        return f"build {self.build.id} is {status} after {self.timeout_seconds:g} seconds"


class BundleError(DraftworksError):
    """A bundle that cannot be looked at; `place` is the file, `reason` what is wrong with it."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place = place
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class DownloadError(DraftworksError):
    """An artifact could not be kept; `path` is the one that the works named."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"artifact {self.path!r}: {self.reason}"


class UnsafePathError(DownloadError):
    """The artifact's path is absolute, climbs out of the folder or is no file name everywhere."""


class ChecksumMismatchError(DownloadError):
    """The artifact's size or SHA-256 differs from what the works promised; nothing was kept."""


_CLASS_OF_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: PaymentRequiredError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}
_FIRST_SERVER_ERROR = 500


def status_error(response: APIResponse) -> APIStatusError:
    """Return the error that fits an answer's status."""
    if response.status_code >= _FIRST_SERVER_ERROR:
        return InternalServerError(response)
    return _CLASS_OF_STATUS.get(response.status_code, APIStatusError)(response)


def _body_of(response: APIResponse) -> Any:
    try:
        return msgspec.json.decode(response.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return response.content.decode("utf-8", "replace")


def _errors_of(problem: dict[str, Any]) -> list[dict[str, Any]]:
    errors = problem.get("errors")
    return [e for e in errors if isinstance(e, dict)] if isinstance(errors, list) else []


def _sentence_of(error: dict[str, Any]) -> str:
    place = error.get("key") or error.get("line") or ""
    message = str(error.get("message") or "")
    return f"{place}: {message}" if place and message else message or str(place)

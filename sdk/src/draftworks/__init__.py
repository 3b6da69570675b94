"""Python client of Draftworks: you draft it, the works builds it.

    from draftworks import Draftworks

    with Draftworks() as client:  # DRAFTWORKS_API_KEY, DRAFTWORKS_BASE_URL
        blueprint = client.blueprints.submit("bicycle-repair.md")
        build = client.builds.start(blueprint.id)
        build = client.builds.wait(build.id, on_event=print)
        client.builds.download(build.id, "out")

`AsyncDraftworks` has the same methods to await. Every error is a `DraftworksError`.
"""

from draftworks._client import AsyncDraftworks, Changes, Draftworks
from draftworks._enums import (
    ArtifactKind,
    BuildStatus,
    BuildVerdict,
    CriterionVerdict,
    Decision,
    EventType,
    GateKind,
    Severity,
)
from draftworks._errors import (
    APIConnectionError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    BlueprintUnreadableError,
    BuildCanceledError,
    BuildFailedError,
    BundleError,
    ChecksumMismatchError,
    ConfigurationError,
    ConflictError,
    DownloadError,
    DraftworksError,
    InternalServerError,
    NotFoundError,
    PaymentRequiredError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
    UnsafePathError,
    WaitTimeoutError,
)
from draftworks._event_streams import AsyncEventStream, EventStream
from draftworks._measures_telling import tell_measures
from draftworks._models import (
    ApiKey,
    Approval,
    Artifact,
    Blueprint,
    Build,
    BuildEvent,
    CheckedBlueprint,
    CreatedApiKey,
    Criterion,
    Finding,
    Gate,
    GateCriterion,
    GateNote,
    Measures,
    Quote,
    Ratio,
    Rule,
    Tenant,
)
from draftworks._pages import AsyncPage, Page
from draftworks._response import APIResponse
from draftworks._sarif import sarif_log
from draftworks._verifying.fault import Fault
from draftworks._verifying.public_key import PublicKey, read_public_keys
from draftworks._verifying.verification import Verification, verify_bundle
from draftworks._version import __version__

__all__ = [
    "APIConnectionError",
    "APIResponse",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "ApiKey",
    "Approval",
    "Artifact",
    "ArtifactKind",
    "AsyncDraftworks",
    "AsyncEventStream",
    "AsyncPage",
    "AuthenticationError",
    "BadRequestError",
    "Blueprint",
    "BlueprintUnreadableError",
    "Build",
    "BuildCanceledError",
    "BuildEvent",
    "BuildFailedError",
    "BuildStatus",
    "BuildVerdict",
    "BundleError",
    "Changes",
    "CheckedBlueprint",
    "ChecksumMismatchError",
    "ConfigurationError",
    "ConflictError",
    "CreatedApiKey",
    "Criterion",
    "CriterionVerdict",
    "Decision",
    "DownloadError",
    "Draftworks",
    "DraftworksError",
    "EventStream",
    "EventType",
    "Fault",
    "Finding",
    "Gate",
    "GateCriterion",
    "GateKind",
    "GateNote",
    "InternalServerError",
    "Measures",
    "NotFoundError",
    "Page",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "PublicKey",
    "Quote",
    "RateLimitError",
    "Ratio",
    "Rule",
    "Severity",
    "Tenant",
    "UnprocessableEntityError",
    "UnsafePathError",
    "Verification",
    "WaitTimeoutError",
    "__version__",
    "read_public_keys",
    "sarif_log",
    "tell_measures",
    "verify_bundle",
]

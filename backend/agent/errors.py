"""The errors of agents.

AgentError
├── BudgetExceededError         the next call might cost more than there is left
├── AgentStuckError             the model goes on without getting anywhere
├── ModelRefusedError           the model will not do this
├── ContextFullError            the conversation is longer than the model can read
└── ModelError                  no answer that could be used; `wasted` was paid all the same
    ├── ModelUnavailableError   busy, overloaded or out of reach: worth asking again later
    ├── ModelAccessError        the key, the account or the model's name is not accepted
    ├── QuestionRejectedError   the service calls the question itself wrong
    ├── PromptTooLongError      the question is longer than the model can read
    └── AnswerMalformedError    the answer is none: it stopped for a reason that nobody knows
"""

from backend.agent.usage import NO_TOKENS, TokenUsage


class AgentError(Exception):
    """Something went wrong while an agent worked."""


class BudgetExceededError(AgentError):
    """The next call might cost more than there is left, so it was not made."""

    def __init__(self, *, needed_micros: int, left_micros: int) -> None:
        super().__init__(
            # One call costs fractions of a cent, so cents would call both the same.
            f"The next call may cost up to ${needed_micros / 1_000_000:.4f}; "
            f"${left_micros / 1_000_000:.4f} are left."
        )
        self.needed_micros = needed_micros
        self.left_micros = left_micros


class AgentStuckError(AgentError):
    """The model goes on without getting anywhere."""


class ModelRefusedError(AgentError):
    """The model will not do this."""


class ContextFullError(AgentError):
    """The conversation is longer than the model can read."""


class ModelError(AgentError):
    """A model gave no answer that could be used.

    `wasted` is what the service counted for answers that broke off; it has to be paid.
    """

    def __init__(self, message: str, *, wasted: TokenUsage = NO_TOKENS) -> None:
        super().__init__(message)
        self.wasted = wasted


class ModelUnavailableError(ModelError):
    """The service is busy, overloaded or out of reach; `wait_seconds` is when to ask again."""

    def __init__(
        self, message: str, *, wait_seconds: float, wasted: TokenUsage = NO_TOKENS
    ) -> None:
        super().__init__(message, wasted=wasted)
        self.wait_seconds = wait_seconds


class ModelAccessError(ModelError):
    """The service does not accept the key, the account or the name of the model."""


class QuestionRejectedError(ModelError):
    """The service says that the question breaks its rules: a fault of the works."""


class PromptTooLongError(ModelError):
    """The question is longer than the model can read."""


class AnswerMalformedError(ModelError):
    """What came back is no answer: it stopped for a reason that nobody knows."""

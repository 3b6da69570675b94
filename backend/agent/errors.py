"""The errors of agents.

AgentError
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

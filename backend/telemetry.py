"""Structured logs: one line an event, with tenant and build where they are known."""

import logging
import sys

import structlog


def configure_logs(*, level: int = logging.INFO, colors: bool | None = None) -> None:
    """Send logs to standard error: readable on a terminal, JSON elsewhere."""
    is_terminal = sys.stderr.isatty() if colors is None else colors
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )

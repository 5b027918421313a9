"""What the server says of itself: a line an event, a traceback without anybody's values in it."""

import sys

import structlog


def configure() -> None:
    """Plain lines on standard error; local variables never reach a log, they may hold a secret."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )

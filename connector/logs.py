"""Logs: one JSON object a line, on standard error. What is logged names no person and no secret."""

import logging
import sys

import structlog


def configure(level: int = logging.INFO) -> None:
    """Set up the logs of this process: what is below `level` is left out."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without the variables of each frame, which hold keys, tokens and customers.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )

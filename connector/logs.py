"""Logs: one JSON object a line, on standard error. What is logged names no person and no secret.

A line is written by one call of the system, so that those of several processes stay apart.
"""

import io
import logging
import os
import sys
import threading
from contextlib import suppress
from types import TracebackType

import structlog

STANDARD_ERROR = 2

log = structlog.get_logger()


class _Whole(io.TextIOBase):
    """Standard error, to which each text goes at once."""

    def write(self, text: str) -> int:
        rest = text.encode()
        # Where nothing takes the log, there is nothing left to tell it to, and the work goes on.
        with suppress(OSError):
            while rest:
                rest = rest[os.write(STANDARD_ERROR, rest) :]
        return len(text)


class _Printed(io.TextIOBase):
    """A stream that makes a line of the log of each line that a library prints."""

    def write(self, text: str) -> int:
        for line in filter(None, map(str.strip, text.splitlines())):
            log.warning("printed", text=line)
        return len(text)


_HANDLER = logging.StreamHandler(_Whole())


def configure(level: int = logging.INFO) -> None:
    """Set up the logs of this process, ours and those of libraries.

    What is below `level` is left out, and of libraries what is no warning.
    """
    named: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    written: list[structlog.typing.Processor] = [
        # Without the variables of each frame, which hold keys, tokens and customers.
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        ),
        structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=[*named, *written],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(_Whole()),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    _HANDLER.setLevel(level)
    _HANDLER.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *named],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *written],
        )
    )
    logging.getLogger().addHandler(_HANDLER)


def take_all() -> None:
    """Have this process write nothing but lines of its log, whatever fails or prints in it.

    For one that serves, once it has started: until then, a sentence says why it does not.
    """
    logging.captureWarnings(True)
    sys.excepthook = _tell
    threading.excepthook = lambda crash: _tell(*crash[:3])
    sys.stderr = _Printed()


def _tell(
    _type: type[BaseException], error: BaseException | None, _trace: TracebackType | None
) -> None:
    log.critical("crashed", exc_info=error)

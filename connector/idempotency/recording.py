"""Recording an action as a deed: before it is done, and what came of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connector.blocks import Action, InvalidInput
from connector.deeds import Deeds, Doer, Outcome
from connector.idempotency.keys import InProgress, KeyReused
from connector.returngo import (
    QuotaReached,
    Refused,
    ReturnGO,
    Undecided,
    collected_request_ids,
)

NOTHING_SENT = (Refused, QuotaReached, InvalidInput)
# Nor by this request, where an earlier one has the key.
NOTHING_DONE = (*NOTHING_SENT, KeyReused, InProgress)


@dataclass
class Recording:
    """What the block in which an action is done says of how it went."""

    answer: dict[str, Any] | None = None
    is_replay: bool = False


@contextmanager
def recorded(
    deeds: Deeds,
    doer: Doer,
    action: Action,
    returngo: ReturnGO,
    fields: Mapping[str, Any],
    key: str | None,
) -> Iterator[Recording]:
    """Record what is done in the block. Raises StoreUnavailable: then nothing may be done."""
    deed = deeds.begin(
        doer,
        action.key,
        connection=returngo.connection.id,
        shop=returngo.shop,
        about=action.subject(fields),
        key=key,
        asked=fields,
    )
    recording = Recording()
    with collected_request_ids() as ids:
        try:
            yield recording
        except BaseException as error:
            deeds.end(deed, _outcome(error), sentence=str(error), returngo_ids=ids)
            raise
    deeds.end(
        deed,
        Outcome.REPEATED if recording.is_replay else Outcome.DONE,
        # what is answered again is kept no longer than it was
        answer=None if recording.is_replay else recording.answer,
        about=action.subject(fields, recording.answer or {}),
        returngo_ids=ids,
    )


def _outcome(error: BaseException) -> Outcome:
    is_refusal = isinstance(error, NOTHING_DONE) and not isinstance(error, Undecided)
    return Outcome.REFUSED if is_refusal else Outcome.UNKNOWN

"""The corpus: all awkward inputs, by kind."""

from tests.inputs import fields, requests
from tests.inputs.sent import Sent

CORPUS: dict[str, tuple[Sent, ...]] = {
    "Blanks and line ends": fields.BLANKS,
    "Numbers from sheets": fields.SHEETS,
    "Words of filters and drop-downs": fields.WORDS,
    "Shops": fields.SHOPS,
    "Ids and addresses of things": fields.IDS,
    "Lines as text, as lists": fields.LINES,
    "Times": fields.TIMES,
    "Queries beside a body, names": requests.BESIDE,
    "Idempotency keys": requests.KEYS,
    "The connection": requests.CONNECTION,
    "Addresses": requests.ADDRESSES,
    "Methods": requests.METHODS,
    "Bodies": requests.BODIES,
    "Forms": requests.FORMS,
    "Hooks": requests.HOOKS,
}

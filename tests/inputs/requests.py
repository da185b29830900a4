"""Awkward requests: queries beside a body, keys, connections, addresses, methods and bodies."""

from tests.inputs.sent import Sent, act, form, get, post

APPROVE = "/v1/actions/approve_rma"
POLICIES = "/v1/actions/get_eligible_policies"
RMA = "rma_id"
ONE = '{"rma_id":"<rma>"}'


FIRST_KEY = 777001


def _keyed(field: str, header: str = "") -> Sent:
    """Approve under a key that was used once, as its digits; `#` stands for these."""
    given = f',"idempotency_key":{field}' if field else ""
    headers = {"Idempotency-Key": header} if header else {}
    return act("approve_rma", f'{{"rma_id":"<rma>"{given}}}', RMA, headers=headers)


BESIDE = (
    post(f"{APPROVE}?shop=outlet.myshopify.com", ONE, RMA),
    post(f"{APPROVE}?idempotency_key=x", ONE, RMA),
    post(f"{APPROVE}?rma_id=<rma>", ONE, RMA),
    post(f"{APPROVE}?rma_id=1", ONE, RMA),
    post(f"{APPROVE}?rma_id=<rma>", "{}"),
    post(f"{APPROVE}?utm_source=sheet", ONE, RMA),
    post("/v1/actions/api_request?shop=outlet.myshopify.com", '{"method":"GET","path":"/rmas"}'),
    get("/v1/actions/get_rma?rma_id=<rma>&rma_id=1"),
    act("approve_rma", '{"rma_id":"<rma>","rma_id":"1"}'),
    act("approve_rma", '{"rma_id":"<rma>","status":"Done"}'),
    act("approve_rma", '{"RMA_ID":"<rma>"}'),
    act("approve_rma", '{"rmaId":"<rma>"}'),
)
_FORMS = (
    *(('"#"', ""), ("#", ""), ("#.0", ""), ('"#.0"', ""), ('" # "', ""), ('"#\\n"', "")),
    *(('"\\u200b#"', ""), ("", "#"), ("", '"#"'), ("", " # "), ("", "#.0"), ('"#"', '"#"')),
    *(('"#"', "777777"), ('"  "', ""), ('""', ""), ("null", ""), ("9.40011e21", "")),
    *(("", "9.40011E+21"), ("true", "")),
)
KEYS = (
    *(
        _keyed(*(each.replace("#", str(FIRST_KEY + number)) for each in forms))
        for number, forms in enumerate(_FORMS)
    ),
    act("approve_rma", f'{{"rma_id":"1","idempotency_key":"{FIRST_KEY}"}}'),
)
USED_KEYS = [str(FIRST_KEY + number) for number in range(len(_FORMS))]
CONNECTION = tuple(
    get("/v1/me", "shops", token=token)
    for token in (
        *("bearer <token>", "Bearer  <token>", "Bearer Bearer <token>", "<token>"),
        *("Token <token>", "Bearer", "Bearer wrong", "Basic <token>", 'Bearer "<token>"', None),
    )
) + tuple(
    get("/v1/me", "shops", token=None, headers=headers)
    for headers in (
        {"x-api-key": "demo-key"},
        {"x-shop-name": "demo"},
        {"x-api-key": "demo key", "x-shop-name": "demo"},
        {"x-api-key": "demo-key", "x-shop-name": "demo"},
        {"x-api-key": "demo-key", "x-shop-name": "https://demo.myshopify.com/"},
        {"x-api-key": "demo-key", "x-shop-name": "a b"},
    )
)
ADDRESSES = (
    get("/v1"),
    get("/v1/"),
    get("/v1/v1/me"),
    get("/me"),
    get("/v1/me/", "shops"),
    get("/v1//me", "shops"),
    get("/V1/me"),
    get("/v1/triggers/new_rma/"),
    get("/v1/triggers/new-rma"),
    get("/v1/triggers/NewRMA"),
    get("/v1/trigger/new_rma"),
    get("/v1/actions/get-rma?rma_id=1"),
    get("/v1/hooks/hook_1"),
    post("/v1/action/approve_rma", ONE),
    post("/v1/actions/approve_rma/", ONE),
    get("/nothing/of/the/sort"),
)
METHODS = (
    get(APPROVE),
    post("/v1/actions/find_rma", ONE),
    post("/v1/triggers/new_rma", "{}"),
    Sent(method="PUT", path=APPROVE, body=ONE),
    Sent(method="PATCH", path="/v1/actions/update_shipment", body="{}"),
    Sent(method="DELETE", path=APPROVE),
    Sent(method="PUT", path="/v1/hooks", body="{}"),
    Sent(method="DELETE", path="/v1/hooks"),
)


def _body(body: str | None, about: str | None = None, /, **more: object) -> Sent:
    return act("approve_rma", body or "", RMA, about=about, **more)


BODIES = (
    _body('{"rma_id":"<rma>",}'),
    _body('{"rma_id":"<rma>"'),
    _body("{'rma_id':'<rma>'}"),
    _body("{rma_id:<rma>}"),
    _body("rma_id=<rma>"),
    _body("<rma>"),
    _body("null"),
    _body("[]"),
    _body('[{"rma_id":"<rma>"}]'),
    _body('"{}"'),
    _body('"{\\"rma_id\\":\\"<rma>\\"}"'),
    _body(""),
    _body("   "),
    _body("{}"),
    _body('\ufeff{"rma_id":"<rma>"}', "the same after a byte order mark"),
    _body(ONE, "in UTF-16", encoding="utf-16"),
    _body(ONE, "in UTF-16, without a mark", encoding="utf-16-le"),
    _body('{"rma_id":"<rma>\u00fc"}', "in Latin-1", encoding="latin-1"),
    _body(
        ONE, "compressed by gzip, and said so", packed=True, headers={"Content-Encoding": "gzip"}
    ),
    _body(ONE, "compressed by gzip, and not said so", packed=True),
    _body(ONE, media=None),
    _body(ONE, media="text/plain"),
    _body(ONE, media="application/json; charset=utf-8"),
    _body(ONE, media="application/vnd.api+json"),
    _body(ONE, media="multipart/form-data; boundary=x"),
    _body(ONE, media="application/xml"),
)
FORMS = (
    form(APPROVE, "rma_id=<rma>", RMA),
    form(APPROVE, "rma_id=<rma>.0%0A&shop=", RMA),
    form(APPROVE, "rma_id=+<rma>+", RMA),
    form(APPROVE, "rma_id=<rma>&raw=yes", RMA),
    form(APPROVE, "rma_id=<rma>&rma_id=1"),
    form(APPROVE, "status=x"),
    form(APPROVE, "rma_id=%FC"),
    form(APPROVE, ONE),
    form(APPROVE, ""),
    form(
        "/v1/actions/get_eligible_policies", "order_id=<order>&items=<line>", "items.line_item_id"
    ),
    form(
        "/v1/actions/get_eligible_policies",
        "order_id=<order>&items=%5B%22<line>%22%5D",
        "items.line_item_id",
    ),
    form("/v1/actions/add_rma_comment", "rma_id=<rma>&text=10+%3C+20", "html"),
)
_FIELDS = '"trigger":"new_rma","target_url":"https://127.0.0.1:8443/catch"'
HOOKS = (
    post("/v1/hooks", f'{{{_FIELDS},"filters":{{"status":" approved "}}}}', "filters.status"),
    post("/v1/hooks", f'{{{_FIELDS},"filters":{{"status":["Pending","Nonsense"]}}}}', "warnings"),
    post("/v1/hooks", f'{{{_FIELDS},"filters":{{"state":"Approved"}}}}'),
    post(
        "/v1/hooks", f'{{{_FIELDS},"filters":"{{\\"status\\":\\"pending\\"}}"}}', "filters.status"
    ),
    post("/v1/hooks", f'{{{_FIELDS},"ordered":"yes"}}', "ordered"),
    post("/v1/hooks", '{"trigger":"new_rna","target_url":"https://127.0.0.1:8443/catch"}'),
    post("/v1/hooks", '{"trigger":"new_rma","target_url":"hooks.example.com"}'),
    post("/v1/hooks?shop=demo.myshopify.com", f"{{{_FIELDS}}}"),
    post("/v1/triggers/new_rma/hooks", '{"target_url":" https://127.0.0.1:8443/a "}', "target_url"),
)

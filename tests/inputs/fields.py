"""Awkward values of fields: blanks, numbers of sheets, words, shops, addresses and lines."""

from tests.inputs.sent import Sent, act, get

PARCEL = "update_shipment"
SAVED = "tracking_number"
APPROVE = "approve_rma"
RMA = "rma_id"


def _parcel(value: str, shows: str = SAVED, name: str = SAVED) -> Sent:
    return act(PARCEL, f'{{"shipment_id":"<parcel>","{name}":{value}}}', shows)


def _rma(value: str) -> Sent:
    return act(APPROVE, f'{{"rma_id":{value}}}', RMA)


def _status(typed: str, path: str = "/v1/triggers/new_rma") -> Sent:
    return get(f"{path}?status={typed}", "status")


BLANKS = (
    _parcel('"1ZTEST42\\n"'),
    _parcel('" 1ZTEST42 "'),
    _parcel('"1ZTEST42\\r\\n"'),
    _parcel('"\\t1ZTEST42"'),
    _parcel('"\\u00a01ZTEST42"'),
    _parcel('"\\u200b1ZTEST42\\u200b"'),
    _parcel('"\\ufeff1ZTEST42"'),
    _parcel('"   "'),
    _parcel('"\\n"'),
    _parcel('"\\u00a0"'),
    _parcel('""'),
    _parcel("null"),
    _parcel('" UPS "', "carrier_name", "carrier_name"),
    _parcel('"  "', "carrier_name", "carrier_name"),
    _rma('" <rma> "'),
    _rma('"<rma>\\n"'),
    _rma('"\\u200b<rma>"'),
    _rma('"  "'),
    get("/v1/actions/get_rma?rma_id=%20<rma>%0A", RMA),
    get("/v1/actions/get_rma?rma_id=%C2%A0<rma>", RMA),
    get("/v1/actions/get_rma?rma_id=+<rma>+", RMA),
    act("add_rma_comment", '{"rma_id":"<rma>","text":"   "}'),
    act("add_rma_comment", '{"rma_id":"<rma>","text":" thanks \\n"}', "html"),
)
SHEETS = (
    _rma("<rma>"),
    _rma("<rma>.0"),
    _rma('"<rma>.0"'),
    _rma("<rma>.00"),
    _rma('"<rma>,0"'),
    _rma("<rma>.5"),
    _rma('"RMA<rma>"'),
    _rma('"#<rma>"'),
    _rma('"#RMA<rma>"'),
    _rma('"rma <rma>"'),
    _rma("9.8015050e6"),
    _rma('"9.80E+06"'),
    _rma("9801505000000000000000"),
    _rma("-<rma>"),
    _rma("0"),
    _rma("1e400"),
    _rma("true"),
    _rma("[<rma>]"),
    _rma('{"value": "<rma>"}'),
    _rma("NaN"),
    _parcel("9400111899223398"),
    _parcel("940011189922339.0"),
    _parcel("9.400111899223398e+21"),
    _parcel('"9.400111899223398E+21"'),
    _parcel("9400111899223398000000"),
    _parcel('"9400111899223398000000"'),
    _parcel('"00012345"'),
    _parcel("12345.67"),
    get("/v1/actions/get_rma?rma_id=<rma>.0", RMA),
    get("/v1/actions/get_rma?rma_id=9.8E%2B06"),
    get("/v1/triggers/new_rma?limit=1.0"),
    get("/v1/triggers/new_rma?limit=1.5"),
    get("/v1/triggers/new_rma?limit=1,0"),
    get("/v1/triggers/new_rma?limit=abc"),
    get("/v1/triggers/new_rma?limit=0"),
    get("/v1/triggers/new_rma?limit=99999"),
)
WORDS = (
    _status("pending"),
    _status("Pending,Approved"),
    _status("pending%20,%20APPROVED"),
    _status("Pending;Approved"),
    _status("%5B%22Pending%22,%22Approved%22%5D"),
    _status("Pending%0AApproved"),
    _status("Cancelled"),
    _status("Pending,Cancelled"),
    _status("Nonsense"),
    _status("null"),
    _status("Pending,Nonsense"),
    _status(",,"),
    _status(""),
    _status("Pending&status=Approved"),
    _status("approved,received", "/v1/triggers/return_stuck"),
    _status("Done", "/v1/triggers/return_stuck"),
    _status("pending%2Capproved", "/v1/actions/list_rmas"),
    _status("Nonsense", "/v1/actions/list_rmas"),
    get("/v1/triggers/new_rma?Status=Pending"),
    get("/v1/triggers/new_rma?state=Pending"),
    act("update_rma_status", '{"rma_id":"<rma>","status":"approved"}', "status"),
    act("update_rma_status", '{"rma_id":"<rma>","status":"APPROVED "}', "status"),
    act("update_rma_status", '{"rma_id":"<rma>","status":"aproved"}'),
    act("update_rma_status", '{"rma_id":"<rma>","status":"Approved,Done"}'),
    act("update_rma_status", '{"rma_id":"<rma>","status":["Approved"]}'),
    act("update_rma_status", '{"rma_id":"<rma>","status":""}'),
)
_SHOPS = (
    *("outlet.myshopify.com", "OUTLET.myshopify.com", "outlet", "%20outlet.myshopify.com%0A"),
    *(
        "https://outlet.myshopify.com",
        "https://outlet.myshopify.com/",
        "outlet.myshopify.com/admin",
    ),
    *("https://admin.shopify.com/store/outlet", "outlet.myshopify.com.", "shop.example.com"),
    *("unknown.myshopify.com", "", "%20", "outlet.myshopify.com,demo.myshopify.com"),
)
SHOPS = (
    *(get(f"/v1/triggers/new_rma?shop={each}", "shop") for each in _SHOPS),
    act(APPROVE, '{"rma_id":"<rma>","shop":"DEMO"}', "shop"),
    act(APPROVE, '{"rma_id":"<rma>","shop":"https://demo.myshopify.com/"}', "shop"),
    act(APPROVE, '{"rma_id":"<rma>","shop":["demo.myshopify.com"]}'),
)
_KEY = "/v1/actions/list_rmas?customer_id="
IDS = (
    get(f"{_KEY}gid://shopify/Customer/6512044310583"),
    get(f"{_KEY}gid%3A%2F%2Fshopify%2FCustomer%2F6512044310583"),
    get(f"{_KEY}gid://shopify/Order/6512044310583"),
    get(f"{_KEY}https://admin.shopify.com/store/demo/customers/6512044310583"),
    get(f"{_KEY}https://admin.shopify.com/store/demo/customers/6512044310583%3Ftab=all"),
    get(f"{_KEY}https://demo.myshopify.com/admin/customers/6512044310583"),
    get(f"{_KEY}6512044310583.0"),
    get(f"{_KEY}ada@example.com"),
    get("/v1/actions/get_rma?rma_id=gid://shopify/Return/1"),
    get("/v1/actions/get_rma?rma_id=rma:<rma>:created"),
    get("/v1/actions/get_rma?rma_id=https://dashboard.returngo.ai/rma/<rma>", RMA),
    get("/v1/actions/get_rma?rma_id=https://example.com/other", RMA),
    act(APPROVE, '{"rma_id":"rma:<rma>:created"}'),
    act(APPROVE, '{"rma_id":"<rma>/../1"}'),
)
LINES = tuple(
    act("get_eligible_policies", f'{{"order_id":"<order>","items":{items}}}', shows)
    for items, shows in (
        ('[{"line_item_id":"<line>"}]', "items.line_item_id"),
        ('{"line_item_id":"<line>"}', "items.line_item_id"),
        ('"[{\\"line_item_id\\":\\"<line>\\"}]"', "items.line_item_id"),
        ('["<line>","<other>"]', "items.line_item_id"),
        ('"<line>"', "items.line_item_id"),
        ('"<line>, <other>"', "items.line_item_id"),
        ('{"line_item_id":"<line>,<other>"}', "items.line_item_id"),
        ("[<line>]", "items.line_item_id"),
        ("<line>", "items.line_item_id"),
        ('[{"lineItemId":"<line>"}]', None),
        ('"[{"', None),
        ("[]", None),
        ("[null]", None),
        ("true", None),
        ("[[]]", None),
    )
)
_AFTER = "/v1/actions/list_rmas?limit=1&created_after="
TIMES = (
    get(f"{_AFTER}2026-02-04T09:08:06+02:00"),
    get(f"{_AFTER}2026-02-04T09:08:06%2B02:00"),
    get(f"{_AFTER}2026-02-04T09:08:06Z"),
    get(f"{_AFTER}2026-02-04"),
    get(f"{_AFTER}2026-02-04%2009:08"),
    get(f"{_AFTER}04.02.2026"),
    get(f"{_AFTER}02/04/2026"),
    get(f"{_AFTER}yesterday"),
    get(f"{_AFTER}1770196086"),
    get(f"{_AFTER}46057"),
)

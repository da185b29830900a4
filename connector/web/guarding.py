"""Headers that keep an answer from being kept, framed, or taken for what it is not.

The recommendations are those of OWASP's ASVS for HTTP (HTML, JSON and other answers alike).
"""

import base64
import hashlib
import re
from http import HTTPStatus

from flask import Response

from connector.web.context import bridge

POLICY = "Content-Security-Policy"
# What a browser may do with an answer that is no page: nothing.
INERT = "default-src 'none'; frame-ancestors 'none'"
# The page to try everything on is a library's: its one script of its own is known by its digest.
OF_DOCS = (
    "default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
A_YEAR = "max-age=31536000"
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def guard(response: Response) -> Response:
    """Say what a browser may do with an answer."""
    headers = response.headers
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return response  # what is kept has its headers
    if POLICY not in headers:
        headers.add(POLICY, _of_docs(response) if _is_page(response) else INERT)
        headers.add("X-Content-Type-Options", "nosniff")
        headers.add("Referrer-Policy", "no-referrer")
    if (bridge().public_url or "").startswith("https://"):
        headers.add("Strict-Transport-Security", A_YEAR)
    if "Cache-Control" not in headers:
        headers.add("Cache-Control", "no-store")  # it is one caller's, or of one moment
    return response


def _is_page(response: Response) -> bool:
    return response.mimetype == "text/html" and not response.is_streamed


def _of_docs(response: Response) -> str:
    digests = (
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in SCRIPT.findall(response.get_data(as_text=True))
    )
    return OF_DOCS.format(scripts=" ".join(f"'sha256-{each}'" for each in digests))

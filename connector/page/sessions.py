"""Sessions: of the page alone, and for how long. A poll has none, and spends no time on one."""

from datetime import timedelta

from flask import Flask, Request
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface

API = "/v1/"
SIGNED_IN_FOR = timedelta(hours=12)
NO_SESSION = NullSession()


class PageSessions(SecureCookieSessionInterface):
    """Keeps sessions in signed cookies, but for calls of the API."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the session of a request; one of the API has an empty one that takes nothing in."""
        if request.path.startswith(API):
            return NO_SESSION
        return super().open_session(app, request)

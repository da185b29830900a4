"""One awkward input: what is sent, and what of the answer is worth showing."""

from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
GOOD = "Bearer <token>"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request as it goes out. `<rma>` and its like stand for what the sandbox has made.

    `shows` names a field of a good answer: its value, or the values that a list has of it.
    `about` says what the bytes are where they cannot be shown. `token` is what `Authorization`
    says, the right one unless given.
    """

    method: str
    path: str
    body: str | None = None
    shows: str | None = None
    media: str | None = JSON
    headers: dict[str, str] = field(default_factory=dict)
    token: str | None = GOOD
    about: str | None = None
    encoding: str = "utf-8"
    packed: bool = False

    @property
    def label(self) -> str:
        """What stands on the page."""
        words = [self.method, self.path]
        if self.token not in (GOOD, None):
            words.append(f"Authorization: {self.token}")
        words += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body is not None:
            if self.media != JSON:
                words.append(self.media or "without Content-Type")
            words.append(self.body.lstrip("\ufeff"))
        if self.about is not None:
            words.append(f"({self.about})")
        return " ".join(words)


def act(key: str, body: str, shows: str | None = None, /, **more: Any) -> Sent:
    """Call an action with this body."""
    return post(f"/v1/actions/{key}", body, shows, **more)


def post(path: str, body: str, shows: str | None = None, /, **more: Any) -> Sent:
    """Send this body to any address."""
    return Sent(method="POST", path=path, body=body, shows=shows, **more)


def get(path: str, shows: str | None = None, /, **more: Any) -> Sent:
    """Ask for an address with its query."""
    return Sent(method="GET", path=path, shows=shows, **more)


def form(path: str, body: str, shows: str | None = None, /) -> Sent:
    """Send a form."""
    return post(path, body, shows, media=FORM)

"""Access: what a caller may do, and for which connection."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from connector.budget import Allowance
from connector.connections.connection import Connection


class Scope(StrEnum):
    """What a token may be allowed to do."""

    READ = "read"
    """Poll triggers, search, list what can be chosen."""
    ACT = "act"
    """Call actions, which change returns and money."""
    HOOKS = "hooks"
    """Subscribe, and look after the hooks that it has made."""
    RAW = "raw"
    """Be shown what ReturnGO sent, with all that it says of customers."""
    ANY_CALL = "any_call"
    """Make any call that the key may make at ReturnGO: API Request."""
    ADMIN = "admin"
    """All of it."""


ALL_SCOPES = frozenset(Scope)
OWN_KEY = "a caller's own ReturnGO key"
SETTINGS_TOKEN = "the token of the settings"  # noqa: S105 - a name for it


class OutOfScope(Exception):
    """The token is good, but not for this."""


@dataclass(frozen=True)
class Access:
    """A caller's connection and scopes; `token` is the name of the token, if it has one.

    `name` is how the record of deeds calls the caller. `holder` is the id of the token: the hooks
    that are made with it are its own. `allowance` is how many calls the token may make.
    """

    connection: Connection
    scopes: frozenset[Scope] = ALL_SCOPES
    token: str | None = None
    name: str = OWN_KEY
    holder: str | None = None
    allowance: Allowance | None = None

    @cached_property
    def caller(self) -> Connection:
        """The connection as the caller has it, with the allowance of the token."""
        if self.allowance is None:
            return self.connection  # it knows its key's name already
        return replace(self.connection, allowance=self.allowance)

    @property
    def only(self) -> str | None:
        """Whose hooks the caller may see and change: the token's own, None for all."""
        return None if self.allows(Scope.ADMIN) else self.holder

    def allows(self, scope: Scope) -> bool:
        """Return whether the caller may do what needs `scope`."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def require(self, scope: Scope) -> None:
        """Raise OutOfScope unless the caller may do what needs `scope`."""
        if not self.allows(scope):
            raise OutOfScope(
                f"The token {self.token!r} has the scopes {', '.join(sorted(self.scopes))};"
                f" this needs {scope}."
            )

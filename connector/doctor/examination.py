"""An examination: the set-up is checked, then ReturnGO is asked what is assumed of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from connector.doctor.check import Check
from connector.doctor.checks import check_all
from connector.doctor.evidence import Evidence
from connector.doctor.probes import PROBES, UNASKED, ask
from connector.doctor.setup import Setup
from connector.doctor.shapes import Shapes
from connector.doctor.told import Told, cannot_tell
from connector.doctor.visits import Visit, visit_all
from connector.doctor.watched import Watched
from connector.findings import Findings, Verdict


@dataclass
class Examination:
    """Examines a bridge, with so many calls for probes beside those for checks.

    `checked` and `told` fill while `check` and `probe` are gone through, in that order.
    """

    setup: Setup
    watched: Watched
    shop: str | None
    shapes: Shapes = field(default_factory=Shapes)
    checked: list[Check] = field(default_factory=list)
    told: dict[str, Told] = field(default_factory=dict)
    _visits: list[Visit] = field(default_factory=list)

    @classmethod
    def of(cls, setup: Setup, *, calls: int, shop: str | None = None) -> "Examination":
        """Prepare an examination; probes look at `shop`, by itself the key's first.

        Raises ForeignShop.
        """
        connection = setup.connection
        most = 0
        if connection is not None:
            each = 1 if setup.settings.public_url is None else 2  # the webhooks' list
            most = each * len(connection.shops) + calls
            shop = connection.shop(shop)
        watched = Watched(setup.upstream.transport, most)
        upstream = replace(setup.upstream, transport=watched)
        return cls(replace(setup, upstream=upstream), watched, shop)

    def check(self) -> Iterator[Check]:
        """Check the set-up, part by part."""
        self._visits = visit_all(self.setup)
        for check in check_all(self.setup, self._visits, self.watched):
            self.checked.append(check)
            yield check

    def probe(self) -> Iterator[tuple[str, Told]]:
        """Ask what is assumed of ReturnGO, one by one, and remember what was found.

        Raises StoreUnavailable where it cannot be remembered.
        """
        connection = self.setup.connection
        if connection is None or self.shop is None or not self._answers(self.shop):
            return
        evidence = Evidence(self.setup.upstream, connection, self.shop, self.watched, self.shapes)
        for probe in PROBES:
            told = ask(probe, evidence)
            self._remember(connection.key_id, probe.name, told)
            yield self._tell(probe.name, told)
        for name, why in UNASKED.items():
            yield self._tell(name, cannot_tell(why))

    def _answers(self, shop: str) -> bool:
        return any(each.shop == shop and each.answer is not None for each in self._visits)

    def _tell(self, name: str, told: Told) -> tuple[str, Told]:
        self.told[name] = told
        return name, told

    def _remember(self, key_id: str, name: str, told: Told) -> None:
        findings = Findings(self.setup.store)
        # what was once found out is not forgotten because nothing shows it today
        if told.verdict is not Verdict.CANNOT_TELL or findings.get(key_id, name) is None:
            findings.keep(key_id, name, told.verdict, self.setup.clock.now())

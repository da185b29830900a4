"""Opening ReturnGO for whoever calls."""

from dataclasses import dataclass, field

from connector.budget import Budget, Purpose
from connector.clock import SYSTEM_CLOCK, Clock
from connector.connections import Connection
from connector.returngo.caller import Caller
from connector.returngo.client import ReturnGO
from connector.returngo.time_difference import TimeDifference
from connector.returngo.transport import Transport

CALL_SECONDS = 25.0  # the platforms give up at 30
READ_ATTEMPT_SECONDS = 10.0


@dataclass(frozen=True)
class Upstream:
    """Opens ReturnGO for whoever calls: one pool of connections and one budget for all.

    `time_difference` is what this process has seen of ReturnGO's clock.
    """

    transport: Transport
    budget: Budget
    clock: Clock = SYSTEM_CLOCK
    time_difference: TimeDifference = field(default_factory=TimeDifference)

    def open(
        self,
        connection: Connection,
        shop: str,
        purpose: Purpose = Purpose.LOOKING_UP,
        *,
        counted: bool = True,
    ) -> ReturnGO:
        """Open one shop of a connection; every call is one for the `purpose`, GET or not.

        What is not `counted` leaves no trace of the key: to see whether it is one at all.
        """
        return ReturnGO(
            Caller(
                transport=self.transport,
                budget=self.budget,
                clock=self.clock,
                time_difference=self.time_difference,
                connection=connection,
                shop=shop,
                purpose=purpose,
                counted=counted,
                call_seconds=CALL_SECONDS if counted else READ_ATTEMPT_SECONDS,
                attempt_seconds=(
                    READ_ATTEMPT_SECONDS if purpose is Purpose.READING else CALL_SECONDS
                ),
            )
        )

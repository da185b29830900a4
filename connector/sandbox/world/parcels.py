"""What can happen in the simulated ReturnGO to parcels."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from werkzeug.exceptions import BadRequest

from connector.sandbox.exact_json import Json
from connector.sandbox.world.lifecycle import SHIPMENT_TRANSITIONS
from connector.sandbox.world.models import Rma, Shipment
from connector.sandbox.world.things import Things
from connector.sandbox.world.timeline import (
    API,
    AUTOMATION,
    IN_TRANSIT,
    LABELED,
    PARCEL_DELETED,
    PARCEL_UPDATED,
    TRACKED,
    note,
)

ON_ITS_WAY = frozenset({"Pending", "LabelCreated", "Shipped"})


class Parcels(Things, ABC):
    """Changes parcels, each of which leaves a comment on its return and moves no lastUpdated."""

    @abstractmethod
    def parcel_received(self, rma: Rma, at: datetime) -> None:
        """Let what follows from a return parcel's arrival happen to its return."""

    def update_shipment(
        self,
        shipment: Shipment,
        changes: Mapping[str, str | None],
        at: datetime,
        *,
        by_carrier: bool = False,
    ) -> bool:
        """Change a shipment's fields, its status by the documented table; True if any differs."""
        status = changes.get("status", shipment.status)
        if status not in SHIPMENT_TRANSITIONS:
            raise BadRequest(f"Unknown shipment status {status}")
        if status not in (shipment.status, *SHIPMENT_TRANSITIONS[shipment.status]):
            raise BadRequest(f"Invalid status transition from {shipment.status} to {status}")
        before = replace(shipment)
        for name, value in changes.items():
            setattr(shipment, name, value)
        rma = self.rmas[shipment.rma_id]
        # An update that changes nothing leaves its comment as well.
        note(rma, _told(before, shipment), at, by=AUTOMATION if by_carrier else API)
        if shipment.status != before.status:
            self._moved(shipment, by_carrier=by_carrier)
            if status == "Received" and not shipment.is_outbound:
                self.parcel_received(rma, at)
        return shipment != before

    def receive_parcels(self, rma: Rma) -> None:
        """Let the parcels that a return waits for arrive with it."""
        for shipment in rma.shipments:
            if shipment.status in ON_ITS_WAY and not shipment.is_outbound:
                shipment.status = "Received"
                self._moved(shipment, by_carrier=False)

    def delete_shipment(self, shipment: Shipment, at: datetime) -> None:
        """Remove a shipment."""
        # [A] The items that travelled in it keep naming it; its comment.
        del self.shipments[shipment.id]
        rma = self.rmas[shipment.rma_id]
        rma.shipments.remove(shipment)
        note(rma, PARCEL_DELETED, at, by=API)

    def track(self, shipment: Shipment, number: str, carrier: str, at: datetime) -> Json:
        """Start the carrier's tracking of a shipment; answer what was started."""
        # [A] Tracking leaves the shipment's own fields alone; its comment.
        tracker = {
            "shipmentId": str(shipment.id),
            "trackingNumber": number,
            "carrierName": carrier,
        }
        self.trackers.append(tracker)
        note(self.rmas[shipment.rma_id], TRACKED, at, by=API)
        return tracker

    def _moved(self, shipment: Shipment, *, by_carrier: bool) -> None:
        """Tell that a shipment's status has changed."""
        # [A] Other fields tell nothing, and a tracker only tells what the carrier did since it was
        # started: the call that starts it tells nothing either.
        self.tell("SHIPMENT_STATUS_UPDATED", shipment)
        if by_carrier and self.is_tracked(shipment):
            self.tell("SHIPMENT_TRACKER_STATUS_UPDATED", shipment)


def _told(before: Shipment, after: Shipment) -> str:
    """Return the words for a change of a shipment."""
    if after.status != before.status and after.status == "Shipped":
        return IN_TRANSIT
    if after.label_url and after.label_url != before.label_url:
        return LABELED
    return PARCEL_UPDATED

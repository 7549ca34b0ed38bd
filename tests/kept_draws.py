"""Two draws in a service's database: one that was drawn, and one with certain units that waits for its seed."""

from datetime import timedelta

from serving.audit.chain import canonical
from serving.audit.event import AuditEvent
from serving.database.address import Address
from serving.database.draws import DrawStore
from serving.scorer import Scorer
from tests import served_district as district
from tests.held_tokens import NOW
from tests.sampling_module import a_draw, a_plan

DRAWN, WAITS = "2026-03-food-01", "2026-04-food-01"
FILES_HASH = "51e8" + "0" * 60


def keep_draws(address: Address, scorer: Scorer) -> None:
    """Keep them, as if a sampling module had sent them."""
    certain = {"tier": "low", "station": district.STATION, "certainty": True}
    certain |= {"pool_size": 3, "sample_size": 3, "inclusion_probability": 1.0}
    drawn, waits = a_draw(scorer) | {"draw_id": DRAWN}, a_draw(scorer)
    waits |= {"draw_id": WAITS, "files_hash": FILES_HASH, "strata": [certain, *waits["strata"]]}
    with DrawStore(address) as store:
        for body in (drawn, waits):
            event = AuditEvent(NOW, "draw_registered", "machine", {})
            store.register(body["draw_id"], body["sector"], canonical(body), event)
        event = AuditEvent(NOW + timedelta(days=4), "draw_planned", "machine", {})
        store.hand_in(DRAWN, canonical(a_plan()), event)

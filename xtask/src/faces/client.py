"""What somebody does with a client that was generated from the description of the interface."""

import sys

from gongji_client import AuthenticatedClient
from gongji_client.api.eligibility import is_eligible
from gongji_client.api.settlements import explain, read_settlement, reverse, settle
from gongji_client.models import Bill, BillKind, BillParts, IsEligiblePurpose, Problem

address, token = sys.argv[1:]
till = AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True)

ready = is_eligible.sync(client=till, patient="P2", institution="1", purpose=IsEligiblePurpose.OUTPATIENT)
assert ready.ready, ready


def bill(yuan):
    return Bill(patient="P2", kind=BillKind.OUTPATIENT, parts=BillParts(copay=yuan))


settled = settle.sync(client=till, body=bill("100.00"), idempotency_key="CLIENT-1")
assert (settled.own, settled.aid, settled.wallet, settled.cash) == ("0.00", "100.00", "0.00", "0.00"), settled
assert settled.outcome == "settled" and settled.reason is None, settled
again = settle.sync_detailed(client=till, body=bill("100.00"), idempotency_key="CLIENT-1")
assert again.parsed == settled and again.headers["idempotent-replayed"] == "true", again
changed = settle.sync(client=till, body=bill("90.00"), idempotency_key="CLIENT-1")
assert isinstance(changed, Problem) and changed.code == "REQ_IDEMPOTENCY_CONFLICT" and changed.remedy, changed
assert explain.sync(client=till, id=settled.id).lines, "it is explained"
undone = reverse.sync(client=till, id=settled.id, idempotency_key="CLIENT-1-R")
assert undone.outcome == "reversed", undone
assert read_settlement.sync(client=till, id=settled.id).state == "reversed"
print(f"client: {settled.id}: aid {settled.aid}, repeated, explained, undone")

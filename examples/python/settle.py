#!/usr/bin/env python3
"""Settles bills in the sandbox, as the till of a hospital would: Python 3.8 or later, nothing but its standard library.

    gongji sandbox                                   # in another window
    python3 settle.py [ADDRESS [TOKEN]]              # or GONGJI_URL and GONGJI_TOKEN

What a till has to get right: a key for each bill that is kept until the answer is there; after silence the same message
under the same key; a refusal is shown with what can be done, and never tried again unchanged.
"""

import json
import os
import socket
import sys
import urllib.error
import urllib.request
import uuid

ADDRESS = "http://127.0.0.1:8400"
# The sandbox's hospital T-HOSP-OK; on a server `gongji access token` makes one.
TOKEN = "gongji_0000000000000000000000000000000000000000000000000000000000000004"
INSTITUTION = "1"
# T-BEN-OK, whose sponsor can pay, and T-BEN-SPLIT, whose two sponsors have too little each.
PAID_FOR, NOT_PAID_FOR = "P2", "P8"
# Seconds to wait for an answer, and how often a message is sent at most.
PATIENCE, TRIES = 3, 5


class Refused(Exception):
    """The server said no, and why: an application/problem+json document."""

    def __init__(self, status, problem):
        super().__init__(problem["code"])
        self.status, self.problem = status, problem


class Silence(Exception):
    """No answer came, or none that is final. Whether the bill is settled nobody knows here: send the same again."""


class Till:
    """One institution at one server."""

    def __init__(self, address, token):
        self.address, self.token = address.rstrip("/"), token

    def ask(self, verb, path, body=None, key=None):
        """One message. Gives the document, its bytes, and whether it is the answer to an earlier message."""
        request = urllib.request.Request(self.address + path, method=verb)
        request.add_header("Authorization", "Bearer " + self.token)
        if key is not None:
            request.add_header("Idempotency-Key", key)
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode("utf-8")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                sent = answer.read()
                return json.loads(sent), sent, answer.headers.get("Idempotent-Replayed") == "true"
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise Silence(str(error.code)) from error
            raise Refused(error.code, json.loads(error.read())) from error
        except (urllib.error.URLError, socket.timeout, ConnectionError) as error:
            raise Silence(str(error)) from error

    def write(self, path, body, key, between_tries):
        """The same message under the same key until there is an answer: it counts once, however often it arrives."""
        for _ in range(TRIES):
            try:
                return self.ask("POST", path, body, key)
            except Silence as silence:
                print(f"  no answer ({silence}): the same again")
                between_tries()
        raise Silence(f"{TRIES} tries: keep the key {key} and try later")


def bill_of(patient, yuan):
    """Amounts are text with two decimals: no binary fraction ever comes near money."""
    return {"patient": patient, "kind": "outpatient", "parts": {"copay": yuan}}


def show(settled):
    """What the cashier reads."""
    print("  own {own}  aid {aid}  wallet {wallet}  cash {cash}".format(**settled))
    if settled["reason"]:
        print("  {code}: {text}".format(**settled["reason"]))


def nothing():
    """A real till waits a little here, and longer each time."""


def main():
    given = sys.argv[1:]
    address = given[0] if given else os.environ.get("GONGJI_URL", ADDRESS)
    till = Till(address, given[1] if len(given) > 1 else os.environ.get("GONGJI_TOKEN", TOKEN))
    # One for each bill, written down before the bill is sent. The till's own number of the bill would do.
    key = "PY-" + uuid.uuid4().hex

    print("is anybody ready to pay for her?")
    ready, _, _ = till.ask("GET", f"/v1/eligibility?patient={PAID_FOR}&institution={INSTITUTION}&purpose=outpatient")
    print("  ready" if ready["ready"] else "  not ready")

    print("her bill")
    settled, first, _ = till.write("/v1/settlements", bill_of(PAID_FOR, "100.00"), key, nothing)
    show(settled)

    print("the same message again")
    _, again, replayed = till.write("/v1/settlements", bill_of(PAID_FOR, "100.00"), key, nothing)
    assert again == first and replayed, "a repeat has the first answer"
    print("  the same answer")

    print("another bill under the same key")
    try:
        till.write("/v1/settlements", bill_of(PAID_FOR, "90.00"), key, nothing)
        raise AssertionError("a changed repeat is refused")
    except Refused as refused:
        problem = refused.problem
        print(f"  {refused.status} {problem['code']} at {problem['field']}: {problem['title']} {problem['remedy']}")

    print("a bill that nobody can pay alone")
    unpaid, _, _ = till.write("/v1/settlements", bill_of(NOT_PAID_FOR, "100.00"), key + "-none", nothing)
    show(unpaid)

    print("a bill whose answer is lost")
    lines = lambda answers: till.ask("PUT", "/sandbox/faults", {"answers": answers})
    lines("lost")
    found, _, replayed = till.write("/v1/settlements", bill_of(PAID_FOR, "50.00"), key + "-lost", lambda: lines("none"))
    assert replayed, "it was settled the first time"
    show(found)

    print("all of them undone")
    for one in (settled, unpaid, found):
        undone, _, _ = till.write(f"/v1/settlements/{one['id']}/reversal", None, f"{one['id']}-R", nothing)
        stands, _, _ = till.ask("GET", f"/v1/settlements/{one['id']}")
        assert (undone["outcome"], stands["state"]) == ("reversed", "reversed"), stands
        print("  reversed")


if __name__ == "__main__":
    try:
        main()
    except Refused as refused:
        sys.exit(f"refused: {refused.status} {json.dumps(refused.problem, ensure_ascii=False)}")
    except Silence as silence:
        sys.exit(f"no answer: {silence}")

"""Lists orders, then creates one, with the official client library, and says what its user would have seen.

    RZP_KEY_ID=... RZP_KEY_SECRET=... python razorpay_client.py BASE_URL

Prints exactly one JSON line to standard output and exits 0, granted or refused alike:

    {"ok": true, "orders": 2, "created": "order_..."}
    {"ok": false, "call": "order.all", "error_class": "BadRequestError", "message": "Authentication failed"}

Exit code 2 means that it was started wrongly, and nothing was sent. The pair comes from the environment because
arguments can be read by every user of a machine.
"""

import contextlib
import json
import os
import sys

import razorpay
import requests


def first_calls(base_url, key_id, key_secret):
    session = requests.Session()
    # A proxy or .netrc of whoever runs the tests must not decide where the pair is sent.
    session.trust_env = False
    client = razorpay.Client(session=session, auth=(key_id, key_secret), base_url=base_url)

    call = "order.all"
    try:
        orders = client.order.all({"count": 1})
        call = "order.create"
        created = client.order.create({"amount": 50000, "currency": "INR", "receipt": "receipt-1"})
    except Exception as error:  # Any class of error is an answer here: which one it was is what the test asks.
        return {"ok": False, "call": call, "error_class": type(error).__name__, "message": str(error)}
    return {"ok": True, "orders": orders.get("count"), "created": created.get("id")}


def main():
    key_id = os.environ.get("RZP_KEY_ID")
    key_secret = os.environ.get("RZP_KEY_SECRET")
    if len(sys.argv) != 2 or not key_id or not key_secret:
        print("usage: RZP_KEY_ID=... RZP_KEY_SECRET=... razorpay_client.py BASE_URL", file=sys.stderr)
        return 2
    # The library prints its own remarks on connection errors; standard output is for our line alone.
    with contextlib.redirect_stdout(sys.stderr):
        outcome = first_calls(sys.argv[1], key_id, key_secret)
    print(json.dumps(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())

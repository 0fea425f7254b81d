"""A workload that speaks to the Workload API with the `spiffe` client, and prints what it got as JSON."""

import json
import sys
from collections.abc import Callable

from spiffe import SpiffeId, WorkloadApiClient

SECONDS = 60


def main() -> None:
    with WorkloadApiClient(sys.argv[1]) as client:
        context = client.fetch_x509_context(timeout=SECONDS)
        svid = context.default_svid
        tokens = client.fetch_jwt_svids({"payments"}, timeout=SECONDS)
        validated = client.validate_jwt_svid(tokens[0].token, "payments", timeout=SECONDS)
        bundles = client.fetch_x509_bundles(timeout=SECONDS).bundles
        keys = client.fetch_jwt_bundles(timeout=SECONDS)
        refusals = [
            refusal(lambda: client.fetch_jwt_svid({"x"}, SpiffeId("spiffe://shop.example/other"), timeout=SECONDS)),
            refusal(lambda: client.validate_jwt_svid(tokens[0].token, "catalog", timeout=SECONDS)),
        ]
    print(
        json.dumps(
            {
                "identities": [str(one.spiffe_id) for one in context.x509_svids],
                "chain": len(svid.cert_chain),
                "tokens": [str(token.spiffe_id) for token in tokens],
                "validated": str(validated.spiffe_id),
                "bundles": sorted(str(bundle.trust_domain) for bundle in bundles),
                "keys": len(list(keys.bundles)),
                "refusals": refusals,
            }
        )
    )


def refusal(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Exception as error:  # noqa: BLE001 # which one the client raises is its own affair
        return str(error)
    return ""


main()

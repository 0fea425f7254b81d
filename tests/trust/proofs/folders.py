"""Folders of policies for tests: a small system of people, workloads and services."""

from pathlib import Path

from assay.trust.proofs.limits import Limits

PATIENT = Limits(total_seconds=3600, question_seconds=600)
"""No verdict of a test is to depend on how busy the machine is."""

SCHEMA = """
entity Group in [Group];
entity Segment;
entity Service in [Segment];
entity User in [Group] = { clearance: Long, suspended?: Bool, department: String };
entity Workload = { name: String };
action read appliesTo {
  principal: [User, Workload], resource: Service, context: { mfa: Bool, address: ipaddr }
};
action write appliesTo { principal: User, resource: Service, context: { mfa: Bool, address: ipaddr } };
"""

STAFF = '@id("staff-read")\npermit(principal in Group::"staff", action == Action::"read", resource);\n'
NO_GUEST = '@id("no-guest")\nforbid(principal in Group::"guest", action, resource == Service::"payments");\n'
CLEARED = (
    '@id("cleared")\npermit(principal is User, action, resource == Service::"payments")\n'
    "when { principal.clearance > 3 && context.mfa };\n"
)
NO_SUSPENDED = (
    '@id("no-suspended")\nforbid(principal is User, action, resource)\n'
    "when { principal has suspended && principal.suspended };\n"
)
LOCAL = (
    '@id("local")\npermit(principal is Workload, action, resource)\n'
    'when { context.address.isInRange(ip("10.0.0.0/8")) };\n'
)
ALL = (STAFF, NO_GUEST, CLEARED, NO_SUSPENDED, LOCAL)


def folder(at: Path, *policies: str, schema: str = SCHEMA, claims: str = "") -> Path:
    at.mkdir(parents=True, exist_ok=True)
    (at / "schema.cedarschema").write_text(schema, encoding="utf-8")
    (at / "rules.cedar").write_text("\n".join(policies), encoding="utf-8")
    if claims:
        (at / "claims.toml").write_text(claims, encoding="utf-8")
    return at

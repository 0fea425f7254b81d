"""The tasks of the group `security`."""

from collections.abc import Sequence

from assay.evidence.claim import Claim
from assay.evidence.verdict import Area
from assay.task import Progress, Task, TaskContext

__all__ = ["tasks_of"]


def tasks_of() -> list[Task]:
    """See `assay.trust.tasks`."""
    return [
        Task(
            id=f"{Area.SECURITY}/tokens",
            title="are forged, altered, stolen, misdirected and replayed tokens refused?",
            work=_attack_tokens,
            # The system may not take tokens at all, or read them with something else.
            is_about_system=False,
        )
    ]


def _attack_tokens(context: TaskContext) -> Sequence[Claim]:
    # What attacks need takes longer to load than the whole of `assay run help` may.
    from assay.trust.attacks.claims import claims_of  # noqa: PLC0415
    from assay.trust.attacks.conducting import require_normal_service, stage  # noqa: PLC0415
    from assay.trust.attacks.token_attacks import TOKEN_ATTACKS  # noqa: PLC0415

    require_normal_service()
    claims: list[Claim] = []
    with stage() as conduct:
        for index, attack in enumerate(TOKEN_ATTACKS):
            context.stop_if_asked()
            context.report(Progress(attack.name, done=index, total=len(TOKEN_ATTACKS)))
            with stage(attack.defence) as conduct_without:
                claims += claims_of(attack, conduct(attack), conduct_without(attack), context.artifacts)
    return claims

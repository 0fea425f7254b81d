"""A witness as lines that a person reads, its values written as Cedar writes them."""

import json
from collections.abc import Mapping
from typing import Any

from assay.trust.proofs.schema import EntityId
from assay.trust.proofs.witness import Witness

__all__ = ["witness_lines"]


def witness_lines(witness: Witness) -> list[str]:
    """Principal, action, resource and context; then what the entities hold and are in."""
    request = witness.request
    lines = [f"{name:<9} {_uid(request[name])}" for name in ("principal", "action", "resource")]
    if request["context"]:
        lines.append(f"context   {_value(request['context'])}")
    for entity in witness.entities:
        told = []
        if entity["parents"]:
            told.append(f"in [{', '.join(map(_uid, entity['parents']))}]")
        if entity["attrs"]:
            told.append(_value(entity["attrs"]))
        if entity.get("tags"):
            told.append(f"tags {_value(entity['tags'])}")
        if told:
            lines.append(f"entity    {_uid(entity['uid'])} {' '.join(told)}")
    return lines


def _uid(uid: Mapping[str, str]) -> str:
    return str(EntityId(uid["type"], uid["id"]))


def _value(value: Any) -> str:
    match value:
        case {"__entity": uid}:
            return _uid(uid)
        case {"__extn": {"fn": function, "arg": argument}}:
            return f"{function}({json.dumps(argument)})"
        case dict():
            return f"{{{', '.join(f'{name}: {_value(one)}' for name, one in value.items())}}}"
        case list():
            return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)

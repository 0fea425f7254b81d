"""Schemas in both of Cedar's forms, as a proof reads them."""

import json
from pathlib import Path

from assay.trust.proofs.cedar import schema_as_text
from assay.trust.proofs.schema import (
    AttributeType,
    EntityId,
    EntityReference,
    Extension,
    Long,
    RecordOf,
    Schema,
    SetOf,
    String,
)
from assay.trust.proofs.schema_text import read_schema_text

TEXT = r"""
namespace Shop {
  type Address = { "zip code": String, number?: Long };
  entity Group;
  @doc("a person; not { a machine }")
  entity User in [Group, User] = { home: Address, since: datetime, friends: Set<User>, Group: Long } tags Set<String>;
  entity Colour enum ["red", "gr\"een"];
  action all;
  action "say \n" in [all] appliesTo { principal: User, resource: Colour, context: Address };
}
entity Robot;
action go in [Shop::Action::"all"] appliesTo { principal: Robot, resource: [Shop::User, Robot] };
"""


def read(text: str, name: str = "schema.cedarschema") -> Schema:
    return read_schema_text(schema_as_text(text, Path(name)))


def test_reads_namespaces_common_types_and_tags() -> None:
    schema = read(TEXT)
    address = RecordOf(
        (("number", AttributeType(Long(), required=False)), ("zip code", AttributeType(String(), required=True)))
    )
    user = schema.kinds["Shop::User"]
    assert user.attributes["home"] == AttributeType(address, required=True)
    assert user.attributes["since"].type == Extension("datetime")
    assert user.attributes["friends"].type == SetOf(EntityReference("Shop::User"))
    assert user.tags == SetOf(String())
    assert schema.ancestor_types("Shop::User") == {"Shop::Group", "Shop::User"}
    assert schema.kinds["Shop::Colour"].identifiers == ("red", 'gr"een')


def test_reads_actions_and_the_groups_they_are_in() -> None:
    schema = read(TEXT)
    group, say = EntityId("Shop::Action", "all"), EntityId("Shop::Action", "say \n")
    assert schema.ancestor_actions(say) == schema.ancestor_actions(EntityId("Action", "go")) == {group}
    assert [(kind.action.id, kind.principal, kind.resource) for kind in schema.request_kinds()] == [
        ("go", "Robot", "Robot"),
        ("go", "Robot", "Shop::User"),
        ("say \n", "Shop::User", "Shop::Colour"),
    ]


def test_reads_the_form_in_json() -> None:
    shape = {"type": "Record", "attributes": {"boss": {"type": "EntityOrCommon", "name": "User", "required": False}}}
    applies = {"principalTypes": ["User"], "resourceTypes": ["User"], "context": {"type": "Record", "attributes": {}}}
    document = {"": {"entityTypes": {"User": {"shape": shape}}, "actions": {"see": {"appliesTo": applies}}}}
    schema = read(json.dumps(document), "schema.json")
    assert schema.kinds["User"].attributes == {"boss": AttributeType(EntityReference("User"), required=False)}
    assert [str(kind) for kind in schema.request_kinds()] == ['User → Action::"see" → User']

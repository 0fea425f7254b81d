---- MODULE TestJson ----
EXTENDS Json, IOUtils, Naturals, Sequences

Folder == IOEnv.ASSAY_TEST_FOLDER \o "/"

Value == <<[a |-> 1, b |-> <<TRUE, "x">>], [a |-> 2, b |-> <<>>]>>

ASSUME ToJson(3) = "3" /\ ToJson(TRUE) = "true" /\ ToJson("a") = "\"a\""
ASSUME ToJson(<<1, 2>>) = "[1,2]" /\ ToJson({2, 1}) = "[1,2]"
ASSUME ToJson([a |-> 1]) = "{\"a\":1}" /\ ToJson([x \in {0} |-> 1]) = "{\"0\":1}"
ASSUME ToJsonArray({1, 2}) = "[1,2]"
ASSUME ToJsonObject([a |-> "b"]) = "{\"a\":\"b\"}" /\ ToJsonObject(<<7>>) = "{\"0\":7}"
ASSUME JsonSerialize(Folder \o "a.json", Value)
ASSUME JsonDeserialize(Folder \o "a.json") = Value
ASSUME ndJsonSerialize(Folder \o "a.ndjson", Value)
ASSUME ndJsonDeserialize(Folder \o "a.ndjson") = Value
====

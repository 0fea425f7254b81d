---- MODULE TestIOUtils ----
EXTENDS IOUtils, Integers, Sequences, TLCExt

Folder == IOEnv.ASSAY_TEST_FOLDER \o "/"

Value == <<{1, 2}, [a |-> {}], [x \in {5} |-> "y"]>>

Text == [ser |-> "TXT", charset |-> "UTF-8", openOptions |-> <<"CREATE", "TRUNCATE_EXISTING">>]

ASSUME IOSerialize(Value, Folder \o "value", FALSE)
ASSUME IODeserialize(Folder \o "value", FALSE) = Value
ASSUME Serialize("some text", Folder \o "text", Text).exitValue = 0
ASSUME Deserialize(Folder \o "text", Text).stdout = "some text"
ASSUME Deserialize(Folder \o "no such file", Text).exitValue = 1
ASSUME "ASSAY_TEST_FOLDER" \in DOMAIN IOEnv
Refused == "the specification asks to run a program (IOExec and its kin), and a check runs none"

ASSUME AssertError(Refused, IOExec(<<"ls">>))
ASSUME AssertError(Refused, IOEnvExec([A |-> "1"], <<"ls">>))
ASSUME AssertError(Refused, IOExecTemplate(<<"ls">>, <<>>))
ASSUME AssertError(Refused, IOEnvExecTemplate([A |-> "1"], <<"ls">>, <<>>))
ASSUME atoi("42") = 42 /\ atoi("-17") = -17
====

---- MODULE Values ----
\* One value of each kind.
EXTENDS Integers, Sequences, TLC
CONSTANTS a, b
VARIABLES number, text, flag, model, set, sequence, record, function, infinite, empty
Init ==
    /\ number = -7
    /\ text = "a \"quoted\" text"
    /\ flag = TRUE
    /\ model = a
    /\ set = {3, 1, 2}
    /\ sequence = <<1, <<2>>, "x">>
    /\ record = [name |-> "n", inner |-> [x |-> 1]]
    /\ function = (a :> 1 @@ b :> 2)
    /\ infinite = {}
    /\ empty = <<>>
Next ==
    /\ number' = number + 1
    /\ set' = set \cup {4}
    /\ record' = [record EXCEPT !.inner.x = 2]
    /\ function' = [function EXCEPT ![b] = 3]
    /\ PrintT(<<"number is", number>>)
    /\ UNCHANGED <<text, flag, model, sequence, infinite, empty>>
Low == number < -5
====

---- MODULE Evaluation ----
EXTENDS Naturals, Sequences
VARIABLE queue
Init == queue = <<1>>
Next == queue' = Tail(queue)
First == Head(queue) > 0
====

---- MODULE TestSVG ----
EXTENDS SVG, TLC, IOUtils, Sequences, Naturals

Dot == Circle(1, 2, 3, <<>>)

ASSUME SVGElem("g", <<>>, <<>>, "x") = [name |-> "g", attrs |-> <<>>, children |-> <<>>, innerText |-> "x"]
ASSUME Line(1, 2, 3, 4, <<>>).attrs = [x1 |-> "1", y1 |-> "2", x2 |-> "3", y2 |-> "4"]
ASSUME Dot.name = "circle" /\ Dot.attrs = [cx |-> "1", cy |-> "2", r |-> "3"]
ASSUME Rect(1, 2, 3, 4, [fill |-> "red"]).attrs
         = [x |-> "1", y |-> "2", width |-> "3", height |-> "4", fill |-> "red"]
ASSUME Text(1, 2, "hi", <<>>).innerText = "hi"
ASSUME Image(1, 2, 3, 4, "a.png", <<>>).attrs["xlink:href"] = "a.png"
ASSUME Group(<<Dot>>, <<>>).children = <<Dot>> /\ Svg(<<Dot>>, <<>>).name = "svg"
ASSUME SVGElemToString(Group(<<Dot>>, [id |-> "a"]))
         = "<g id=\"a\"><circle cx=\"1\" cy=\"2\" r=\"3\"></circle></g>"
ASSUME SVGDoc(Dot, 0, 0, 10, 20, <<>>).attrs.viewBox = "0 0 10 20"
ASSUME SVGSerialize(Dot, IOEnv.ASSAY_TEST_FOLDER \o "/frame_", 1)
ASSUME NodeOfRingNetwork(10, 10, 5, 0, 4) = [x |-> 15, y |-> 10]
ASSUME DOMAIN NodesOfDirectedMultiGraph({"a", "b"}, {}, <<>>) = {"a", "b"}
ASSUME PointOnLine([x |-> 0, y |-> 10], [x |-> 10, y |-> 0], 2) = [x |-> 5, y |-> 5]
====

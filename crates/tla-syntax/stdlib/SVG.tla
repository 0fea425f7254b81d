---------------------------------- MODULE SVG -------------------------------
(***************************************************************************)
(* Pictures.  An element is a record of its name, its attributes (a        *)
(* function from texts to texts), its children (a sequence of elements)    *)
(* and its text.                                                           *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences
LOCAL INSTANCE Integers
LOCAL INSTANCE TLC
LOCAL INSTANCE FiniteSets

SVGElem(_name, _attrs, _children, _innerText) ==
  [name |-> _name, attrs |-> _attrs, children |-> _children, innerText |-> _innerText]

Line(x1, y1, x2, y2, attrs) ==
  LET Place == [x1 |-> ToString(x1), y1 |-> ToString(y1),
                x2 |-> ToString(x2), y2 |-> ToString(y2)]
  IN  SVGElem("line", Place @@ attrs, <<>>, "")

Circle(cx, cy, r, attrs) ==
  LET Place == [cx |-> ToString(cx), cy |-> ToString(cy), r |-> ToString(r)]
  IN  SVGElem("circle", Place @@ attrs, <<>>, "")

Rect(x, y, w, h, attrs) ==
  LET Place == [x |-> ToString(x), y |-> ToString(y),
                width |-> ToString(w), height |-> ToString(h)]
  IN  SVGElem("rect", Place @@ attrs, <<>>, "")

Text(x, y, text, attrs) ==
  LET Place == [x |-> ToString(x), y |-> ToString(y)]
  IN  SVGElem("text", Place @@ attrs, <<>>, text)

Image(x, y, width, height, href, attrs) ==
  LET Place == ("xlink:href" :> href) @@
               [x |-> ToString(x), y |-> ToString(y),
                width |-> ToString(width), height |-> ToString(height)]
  IN  SVGElem("image", Place @@ attrs, <<>>, "")

(* Elements kept together, and a whole picture. *)
Group(children, attrs) == SVGElem("g", attrs, children, "")
Svg(children, attrs) == SVGElem("svg", attrs, children, "")

(* The element as SVG text, and a document of it with width and height. *)
SVGElemToString(elem) == CHOOSE s \in STRING : TRUE
SVGDoc(children, vbX, vbY, vbW, vbH, attrs) ==
  LET Box == ToString(vbX) \o " " \o ToString(vbY) \o " " \o
             ToString(vbW) \o " " \o ToString(vbH)
  IN  Svg(<<children>>, ("xmlns:xlink" :> "http://www.w3.org/1999/xlink") @@
                    [xmlns |-> "http://www.w3.org/2000/svg", viewBox |-> Box] @@ attrs)

(* Writes the element to a file called frameName with number frameNumber. *)
SVGSerialize(svg, frameNamePrefix, frameNumber) == TRUE

(* Where the n-th of m nodes stands on a circle of radius r around cx, cy. *)
NodeOfRingNetwork(cx, cy, r, n, m) == CHOOSE p \in [x : Int, y : Int] : TRUE

(* Where the nodes of a graph stand in a picture of it. *)
NodesOfDirectedMultiGraph(nodes, edges, options) ==
  CHOOSE f \in [nodes -> [x : Int, y : Int]] : TRUE

(* The point a segment-th part of the way between two points. *)
PointOnLine(from, to, segment) ==
  [x |-> from.x + ((to.x - from.x) \div segment),
   y |-> from.y + ((to.y - from.y) \div segment)]
=============================================================================

"""A flame graph as one SVG file that needs nothing else: each box is a function, as wide as its share of the samples.

Brendan Gregg's flame graph, drawn from its root downwards (an icicle), so that the page begins where programs do.
"""

import hashlib
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from assay.bench.profiling.difference import without_lines
from assay.bench.profiling.stacks import Frame, Stacks

__all__ = ["flame_graph"]

WIDTH = 1200
ROW = 17
HEADER = 44
NARROWEST = 0.3
"""Pixels; what is narrower is not drawn."""

_CHARACTER = 6.6
"""Pixels of a letter, about."""

_SEEN_CHANGE = 0.01
"""Change of a share that is full colour ten times over; below a tenth of it the box is white."""

_STYLE = (
    "text{font:11px ui-monospace,Menlo,Consolas,monospace;fill:#111;pointer-events:none}"
    "rect{stroke:#fff;stroke-width:.5}.title{font-size:14px}.note{fill:#555}g.f:hover rect{stroke:#000;cursor:pointer}"
)

_SCRIPT = """
(function(){var s=document.currentScript.ownerSVGElement,fs=[].slice.call(s.querySelectorAll('g.f')),W=%(width)d;
function show(x0,w0){fs.forEach(function(f){var x=+f.dataset.x,w=+f.dataset.w,a=(x-x0)/w0*W,b=(x+w-x0)/w0*W;
var l=Math.max(a,0),r=Math.min(b,W),v=r-l>%(narrowest)s;f.style.display=v?'':'none';if(!v)return;
f.children[1].setAttribute('x',l);f.children[1].setAttribute('width',r-l);
var t=f.children[2];t.setAttribute('x',l+3);var n=Math.floor((r-l-6)/%(character)s),m=f.dataset.n;
t.textContent=n<3?'':m.length<=n?m:m.slice(0,n-1)+'\\u2026';});}
fs.forEach(function(f){f.addEventListener('click',function(){show(+f.dataset.x,+f.dataset.w);});});
s.addEventListener('dblclick',function(){show(0,W);});})();
"""


@dataclass(slots=True)
class _Node:
    count: int = 0
    before: float = 0.0
    children: dict[str, "_Node"] = field(default_factory=dict)


def flame_graph(stacks: Stacks, title: str, *, note: str = "", baseline: Stacks | None = None) -> str:
    """The SVG.

    Args:
        stacks: What is drawn.
        title: Over it.
        note: Beneath the title.
        baseline: Draws a difference: red is what takes a larger share than there, blue a smaller one.
    """
    root = _tree(stacks, baseline)
    boxes: list[str] = []
    deepest = _draw(root, root, 0.0, WIDTH, 0, boxes, is_difference=baseline is not None)
    height = HEADER + (deepest + 1) * ROW + 8
    script = _SCRIPT % {"width": WIDTH, "narrowest": NARROWEST, "character": _CHARACTER}
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="100%" '
        f'preserveAspectRatio="xMidYMin" role="img" aria-label="{escape(title, {chr(34): "&quot;"})}">'
        f"<style>{_STYLE}</style>"
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<text class="title" x="4" y="18">{escape(title)}</text>'
        f'<text class="note" x="4" y="35">{escape(note)}</text>'
        f"{''.join(boxes)}<script><![CDATA[{script}]]></script></svg>\n"
    )


def _tree(stacks: Stacks, baseline: Stacks | None) -> _Node:
    root = _Node()
    for frames, count in without_lines(stacks).counts:
        root.count += count
        node = root
        for frame in frames:
            node = node.children.setdefault(frame, _Node())
            node.count += count
    if baseline is not None and baseline.samples:
        scale = stacks.samples / baseline.samples
        for frames, count in without_lines(baseline).counts:
            root.before += count * scale
            node = root
            for frame in frames:
                node = node.children.setdefault(frame, _Node())
                node.before += count * scale
    return root


def _draw(
    node: _Node, root: _Node, left: float, width: float, depth: int, boxes: list[str], *, is_difference: bool
) -> int:
    """Draws the boxes below `node`; its depth is bounded by that of stacks, see `DEEPEST`.

    Returns:
        The depth of the deepest.
    """
    deepest = depth
    for text, child in sorted(node.children.items()):
        share = child.count / max(1, root.count)
        wide = share * WIDTH
        if wide < NARROWEST or width <= 0:
            left += wide
            continue
        boxes.append(_box(text, child, root, left, wide, depth, is_difference=is_difference))
        below = _draw(child, root, left, wide, depth + 1, boxes, is_difference=is_difference)
        deepest = max(deepest, below)
        left += wide
    return deepest


def _box(text: str, node: _Node, root: _Node, left: float, wide: float, depth: int, *, is_difference: bool) -> str:
    frame = Frame.parsed(text)
    share = node.count / max(1, root.count)
    tip = f"{frame.short()}: {node.count:,} samples, {share:.1%}"
    colour = _warm(frame.name)
    if is_difference:
        change = (node.count - node.before) / max(1, root.count)
        tip += f", {change:+.1%} of all"
        colour = _by_change(change)
    room = int((wide - 6) / _CHARACTER)
    name = frame.short()
    label = "" if room < 3 else name if len(name) <= room else name[: room - 1] + "…"  # noqa: PLR2004 # letters
    top = HEADER + depth * ROW
    quoted = escape(name, {'"': "&quot;"})
    return (
        f'<g class="f" data-x="{left:.2f}" data-w="{wide:.2f}" data-n="{quoted}"><title>{escape(tip)}</title>'
        f'<rect x="{left:.2f}" y="{top}" width="{wide:.2f}" height="{ROW - 1}" fill="{colour}"/>'
        f'<text x="{left + 3:.2f}" y="{top + 12}">{escape(label)}</text></g>'
    )


def _warm(name: str) -> str:
    """The same colour for the same function, in every graph."""
    number = hashlib.blake2s(name.encode(), digest_size=2).digest()
    return f"hsl({15 + number[0] % 40} {70 + number[1] % 20}% {66 + number[1] % 12}%)"


def _by_change(change: float) -> str:
    strength = min(1.0, abs(change) / (10 * _SEEN_CHANGE))
    hue = 4 if change > 0 else 216
    return f"hsl({hue} 80% {97 - 35 * strength:.0f}%)"

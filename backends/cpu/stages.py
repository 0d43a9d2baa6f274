"""How a nest of a group is written: a table of kernels, each a pattern over the nest's rows and lines of C++.

Kernels are asked in order, and the first that takes a nest writes it; one that declines says why. All of them write
the rows `first` up to `first + count` of what the nest makes, which in the code are `r`, and `l` counted from `first`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from archc.backends.cpu.expressions import Printer
from archc.backends.cpu.target import Block, Target
from archc.backends.cpu.vectors import NoVectorError, VectorPrinter
from archc.backends.cpu.windows import Window, window_of
from archc.loops.contraction import Contraction, axes_in, contraction_of
from archc.loops.index import Affine, Axis, Index
from archc.loops.nest import Buffer, Combine, loads_of
from archc.loops.rows import Rows
from archc.loops.scalar import Number, Scalar, Select, Within
from archc.loops.use import flattened
from archc.records import record


@dataclass(frozen=True, slots=True)
class Stage:
    """One nest of a group, the names of its buffers, and how many rows a tile has at most."""

    rows: Rows
    local: Axis
    buffers: Mapping[Buffer, str]
    inside: bool  # whether the output is one of the group's own
    tile: int
    target: Target
    block: Block | None = None

    @property
    def names(self) -> dict[Axis, str]:
        """The names of the loops."""
        reduced = {axis: f"k{at}" for at, axis in enumerate(self.rows.nest.reduced)}
        return {self.rows.row: "r", self.local: "l", self.rows.column: "n", **reduced}

    @property
    def printer(self) -> Printer:
        return Printer(self.names, self.buffers)

    @property
    def columns(self) -> int:
        return self.rows.column.extent

    @property
    def target_place(self) -> str:
        """Where an entry of the output goes."""
        row = "l" if self.inside else "r"
        return f"{self.buffers[self.rows.nest.output]} + {row} * {self.columns} + n"


Lines = list[str]
ROW = "  const Index r = first + l;"


@record
class Kernel:
    """`lines` writes a stage, or raises NoVectorError with the reason why it does not."""

    name: str
    lines: Callable[[Stage], Lines]


@record
class Written:
    """A stage in C++, and the kernel that wrote it."""

    kernel: str
    lines: Lines


def written(stage: Stage) -> Written | str:
    """Return what the first kernel that takes a nest writes, or the reasons why none does."""
    reasons: list[str] = []
    for kernel in KERNELS:
        try:
            lines = kernel.lines(stage)
            return Written(kernel.name, [f"// {kernel.name}: {_title(stage)}", "{", *_indented(lines), "}"])
        except NoVectorError as error:
            reasons.append(f"{kernel.name}: {error}")
    return "; ".join(reasons)


def _title(stage: Stage) -> str:
    nest = stage.rows.nest
    return f"{nest.operator} {nest.output.name}".strip()


def _indented(lines: Lines) -> Lines:
    return [f"  {line}" for line in lines]


# -- products ------------------------------------------------------------------------------------


def product_lines(stage: Stage) -> Lines:
    """A product of a matrix of rows, found by pointers, and panels, with the epilogue on totals in registers."""
    found = contraction_of(stage.rows.nest)
    if isinstance(found, str):
        raise NoVectorError(found)
    if stage.block is None:
        raise NoVectorError("its operands are not packed")
    reduced = [axis.extent for axis in found.taps]
    taps, depth = _product(reduced), found.depth.extent if found.depth else 1
    sizes = (stage.block.rows, stage.block.vectors, taps, depth, stage.columns, stage.tile)
    panels = _panels(stage, found)
    finish = _finish(stage)
    return [
        f"const float* rows[{taps * stage.tile}];",
        *_pointers(stage, found),
        f"multiply<{', '.join(map(str, sizes))}>(",
        f"    rows, count, {panels}, [&](Index l, Index n, Vector total, auto lanes) {{",
        *(f"    {line}" for line in finish),
        "    });",
    ]


def _product(extents: list[int]) -> int:
    total = 1
    for extent in extents:
        total *= extent
    return total


def _panels(stage: Stage, found: Contraction) -> str:
    """Return where the panels of the tile's batch begin."""
    assert stage.rows.body is not None
    load = next(one for one in loads_of(stage.rows.body) if one.buffer is found.b.buffer)
    place = flattened(load.index, load.buffer.shape)
    start = _without(place, {stage.rows.column, *stage.rows.nest.reduced})
    return f"{stage.buffers[load.buffer]} + {Printer({stage.rows.row: 'first'}, stage.buffers).index(start)}"


def _without(place: Index, axes: set[Axis]) -> Index:
    """Return the part of a sum that does not depend on axes."""
    whole = place if isinstance(place, Affine) else Affine(((place, 1),))
    return Affine(tuple((one, by) for one, by in whole.terms if not axes & axes_in(one)), whole.constant)


def _pointers(stage: Stage, found: Contraction) -> Lines:
    """Return the loops that find the rows of the first operand for every tap."""
    assert stage.rows.body is not None
    guards: tuple[Within, ...] = ()
    load = next(one for one in loads_of(stage.rows.body) if one.buffer is found.a.buffer)
    scalar = next((one for one in _operands(stage.rows.body) if isinstance(one, Select)), None)
    if scalar is not None:
        guards = scalar.conditions
    taps = {axis: f"k{stage.rows.nest.reduced.index(axis)}" for axis in found.taps}
    place = flattened(load.index, load.buffer.shape)
    start = place if found.depth is None else _without(place, {found.depth})
    text = f"{stage.buffers[load.buffer]} + {stage.printer.index(start)}"
    if guards:
        text = f"{' && '.join(map(stage.printer.condition, guards))} ? {text} : zeros"
    lines = ["for (Index l = 0; l < count; ++l) {", "  [[maybe_unused]] const Index r = first + l;", "  Index tap = l;"]
    for axis, name in taps.items():
        lines.append(f"  for (Index {name} = 0; {name} < {axis.extent}; ++{name})")
    lines.append(f"  {'{ ' if taps else ''}rows[tap] = {text};{f' tap += {stage.tile}; }}' if taps else ''}")
    return [*lines, "}"]


def _operands(body: Scalar) -> tuple[Scalar, ...]:
    operands = getattr(body, "operands", ())
    return tuple(operands)


def _finish(stage: Stage) -> Lines:
    printer = VectorPrinter(stage.printer, stage.rows.column)
    text = printer.text(stage.rows.epilogue)
    return [
        "  [[maybe_unused]] const Index r = first + l;",
        *(f"  {line}" for line in printer.lines),
        f"  store({stage.target_place}, {text}, lanes);",
    ]


# -- rows of vectors -----------------------------------------------------------------------------


def across_lines(stage: Stage) -> Lines:
    """A reduction along the memory: a sum or a maximum of every row."""
    nest, body = stage.rows.nest, stage.rows.body
    reduce = ACROSS.get(nest.combine) if nest.combine else None
    if body is None or len(nest.reduced) != 1 or stage.columns != 1 or reduce is None:
        raise NoVectorError("it does not reduce whole rows")
    along = nest.reduced[0]
    term = VectorPrinter(stage.printer, along)
    text = term.text(body)
    epilogue = VectorPrinter(stage.printer, stage.rows.column, total=False)
    done = epilogue.term(stage.rows.epilogue)
    value = f"{done.text}[0]" if done.is_vector else done.text
    return [
        "for (Index l = 0; l < count; ++l) {",
        "  [[maybe_unused]] const Index r = first + l;",
        f"  const float total = {reduce}<{along.extent}>([&](Index k0, auto lanes) {{",
        *(f"    {line}" for line in term.lines),
        f"    return {text};",
        "  });",
        *(f"  {line}" for line in epilogue.lines),
        f"  *({stage.target_place.replace(' + n', '')}) = {value};",
        "}",
    ]


ACROSS: Mapping[Combine, str] = {Combine.SUM: "sum", Combine.MAX: "maximum"}


def window_lines(stage: Stage) -> Lines:
    """A depthwise window: several places of a line at once, or one where a line or the tile ends."""
    window = window_of(stage.rows.nest)
    if isinstance(window, str):
        raise NoVectorError(window)
    epilogue = VectorPrinter(stage.printer, stage.rows.column)
    text = epilogue.text(stage.rows.epilogue)
    places = window.places(stage.target)
    end = "places + taps - 1" if window.extent is None else f"{window.extent + window.before} - x"
    return [
        f"constexpr Index taps = {window.tap.extent};",
        "const auto work = [&](Index start, auto places) {",
        "  const Index r = first + start;",
        f"  [[maybe_unused]] const Index x = r % {window.x.extent};",
        f"  along<{stage.columns}, 1>([&](Index n, auto, auto lanes) {{",
        "    Vector totals[decltype(places)::value] = {};",
        *(f"    {line}" for line in _line(stage, window, end)),
        "    for (Index place = 0; place < places; ++place) {",
        "      const Index l = start + place;",
        "      [[maybe_unused]] const Index r = first + l;",
        "      const Vector total = totals[place];",
        *(f"      {line}" for line in epilogue.lines),
        f"      store({stage.target_place}, {text}, lanes);",
        "    }",
        "  });",
        "};",
        "for (Index l = 0; l < count;) {",
        f"  if (std::min<Index>(count - l, {window.x.extent} - (first + l) % {window.x.extent}) >= {places}) {{",
        f"    work(l, Count<{places}>());",
        f"    l += {places};",
        "  } else {",
        "    work(l++, Count<1>());",
        "  }",
        "}",
    ]


def _line(stage: Stage, window: Window, end: str) -> Lines:
    """Return the loops over the lines of a window, which leave out those that lie outside."""
    assert stage.rows.body is not None
    guards = next((one.conditions for one in _operands(stage.rows.body) if isinstance(one, Select)), ())
    kept = [one for one in guards if window.tap not in axes_in(one.index)]
    starts = [
        f"&{stage.buffers[load.buffer]}[{stage.printer.index(_without(place, {window.tap}))}]"
        for buffer in (window.product.guarded.buffer, window.product.other.buffer)
        for load in loads_of(stage.rows.body)
        if load.buffer is buffer
        for place in (flattened(load.index, load.buffer.shape),)
    ]
    lines: Lines = []
    for axis in stage.rows.nest.reduced:
        name = stage.names[axis]
        if axis is not window.tap and axis.extent > 1:
            lines.append(f"for (Index {name} = 0; {name} < {axis.extent}; ++{name})")
    if kept:
        lines.append(f"  if ({' && '.join(map(stage.printer.condition, kept))})")
    low = f"{window.before} - x" if window.extent is not None else "0"
    return [
        *lines,
        f"    line<taps>(totals, {starts[0]}, {window.apart}, {low}, {end},",
        f"               {starts[1]}, {window.step}, lanes);",
    ]


def along_lines(stage: Stage) -> Lines:
    """Everything else that is the same for all columns of a row: vectors of columns, each with its own loops."""
    nest, body = stage.rows.nest, stage.rows.body
    epilogue = VectorPrinter(stage.printer, stage.rows.column)
    text = epilogue.text(stage.rows.epilogue)
    lines = [f"  {line}" for line in epilogue.lines]
    if body is not None:
        if nest.combine not in ALONG:
            raise NoVectorError(f"it combines by {nest.combine.value if nest.combine else ''}")
        lines.insert(0, "  const Vector total = totals[u];")
    store = f"  store({stage.target_place}, {text}, lanes);"
    unrolled = UNROLLED if body is not None else 1
    return [
        "for (Index l = 0; l < count; ++l) {",
        "  [[maybe_unused]] const Index r = first + l;",
        f"  along<{stage.columns}, {unrolled}>([&](Index start, [[maybe_unused]] auto vectors, auto lanes) {{",
        *(_totals(stage, body) if body is not None else ()),
        "    for (Index u = 0; u < vectors; ++u) {",
        "    const Index n = start + u * width;",
        *(f"    {line}" for line in lines),
        f"    {store}",
        "    }",
        "  });",
        "}",
    ]


UNROLLED = 4
ALONG: Mapping[Combine, tuple[str, str]] = {
    Combine.SUM: ("Vector{}", "totals[u] += {};"),
    Combine.MAX: ("splat(lowest<float>())", "totals[u] = larger(totals[u], {});"),
}


def _totals(stage: Stage, body: Scalar) -> Lines:
    """Return the loops that reduce several vectors of columns at once. What a guard leaves out is not visited."""
    nest = stage.rows.nest
    assert nest.combine is not None
    start, step = ALONG[nest.combine]
    conditions, rest = _visited(nest.combine, body)
    if any(stage.rows.column in axes_in(one.index) for one in conditions):
        raise NoVectorError("a condition depends on the last axis")
    printer = VectorPrinter(stage.printer, stage.rows.column)
    text = printer.text(rest)
    lines = [f"    Vector totals[{UNROLLED}];", "    for (Index u = 0; u < vectors; ++u) totals[u] = " + start + ";"]
    for axis in nest.reduced:
        name = stage.names[axis]
        own = [one for one in conditions if _last(one, nest.reduced) is axis]
        lines.append(f"    for (Index {name} = 0; {name} < {axis.extent}; ++{name})")
        if own:
            lines.append(f"      if ({' && '.join(map(stage.printer.condition, own))})")
    return [
        *lines,
        "      for (Index u = 0; u < vectors; ++u) {",
        "        const Index n = start + u * width;",
        *(f"        {line}" for line in printer.lines),
        f"        {step.format(text)}",
        "      }",
    ]


def _last(condition: Within, reduced: tuple[Axis, ...]) -> Axis:
    """Return the innermost loop on which a condition depends."""
    own = [axis for axis in reduced if axis in axes_in(condition.index)]
    return own[-1] if own else reduced[0]


def _visited(combine: Combine, body: Scalar) -> tuple[tuple[Within, ...], Scalar]:
    """Return the conditions under which there is a term at all, and the term."""
    neutral = {Combine.SUM: Number(0.0), Combine.MAX: Number(float("-inf"))}[combine]
    if isinstance(body, Select) and body.otherwise == neutral:
        return body.conditions, body.then
    operands = _operands(body)
    for at, one in enumerate(operands):
        if combine is Combine.SUM and isinstance(one, Select) and one.otherwise == neutral:
            others = [*operands[:at], one.then, *operands[at + 1 :]]
            return one.conditions, type(body)(body.function, tuple(others))  # type: ignore[attr-defined,call-arg]
    return (), body


KERNELS = (
    Kernel("product", product_lines),
    Kernel("across rows", across_lines),
    Kernel("window", window_lines),
    Kernel("along rows", along_lines),
)
"""The kernels, in the order in which they are asked."""

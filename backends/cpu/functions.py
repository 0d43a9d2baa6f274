"""Loop nests as C++ functions: nests that do the same on other buffers share one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod

from archc.backends.cpu.expressions import TYPES, Printer, number
from archc.backends.cpu.tiling import Tiled
from archc.graph.static import DType
from archc.loops.index import Axis
from archc.loops.nest import Buffer, Combine, Nest, loads
from archc.loops.rows import Group
from archc.loops.scalar import dtype_of
from archc.records import record

_STARTS: Mapping[Combine, tuple[str, str]] = {
    Combine.SUM: ("{type}(0)", "total += {term};"),
    Combine.PROD: ("{type}(1)", "total *= {term};"),
    Combine.MAX: ("lowest<{type}>()", "total = larger<{type}>(total, {term});"),
    Combine.MIN: ("highest<{type}>()", "total = smaller<{type}>(total, {term});"),
}
"""What a reduction starts from, and how it takes in a term."""


@record
class Call:
    """One use of a function: the buffers in the order of its parameters, `outputs` last; whether it takes several
    threads, and scratch for each of them."""

    function: str
    buffers: tuple[Buffer, ...]
    outputs: tuple[Buffer, ...]
    threads: bool = False
    scratch: bool = False


@dataclass(slots=True)
class Functions:
    """The functions of a file, in the order of their first use, and the tables that they read."""

    texts: dict[str, str] = field(default_factory=dict)
    names: dict[tuple[str, ...], str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    tables: dict[Buffer, str] = field(default_factory=dict)

    def call(self, nest: Nest, qualifier: str = "") -> Call:
        """Return the call that runs a nest by itself."""
        read = tuple(dict.fromkeys(load.buffer for load in loads(nest)))
        given = (*(buffer for buffer in read if buffer.values is None), nest.output)
        known = {**self._tables(read), **_parameters(given[:-1], given[-1:])}
        lines = (_signature(given[:-1], given[-1:], known), *_body(nest, known))
        return Call(self._named(nest.operator or "nest", lines, qualifier), given, (nest.output,))

    def group(self, tiled: Tiled, stages: Callable[[Mapping[Buffer, str]], list[str]]) -> Call:
        """Return the call that runs a group; `stages` writes one tile of it with the buffers under their names."""
        group = tiled.group
        made = {nest.output for nest in group.nests}
        every = dict.fromkeys(load.buffer for nest in group.nests for load in loads(nest))
        read = tuple(buffer for buffer in every if buffer not in made)
        inputs = tuple(buffer for buffer in read if buffer.values is None)
        outputs = tuple(nest.output for nest in group.nests if nest.output not in group.inside)
        own = {buffer: f"own{at}" for at, buffer in enumerate(group.inside)}
        known = {**self._tables(read), **_parameters(inputs, outputs), **own}
        extra = ["unsigned char* scratch"] * bool(own) + ["[[maybe_unused]] int threads"]
        signature = ", ".join([_signature(inputs, outputs, known), *extra])
        lines = (signature, *_tiles(tiled, own, stages(known)))
        words = [nest.operator for nest in group.nests if nest.reduced and nest.operator] or ["rows"]
        return Call(self._named("_".join(dict.fromkeys(words)), lines), (*inputs, *outputs), outputs, True, bool(own))

    def _named(self, word: str, lines: tuple[str, ...], qualifier: str = "") -> str:
        name = self.names.get(lines)
        if name is None:
            self.counts[word] = self.counts.get(word, 0) + 1
            name = self.names[lines] = f"{word}_{self.counts[word]}"
            signature, *body = lines
            self.texts[name] = "\n".join([f"{qualifier}void {name}({signature}) {{", *body, "}"])
        return name

    def _tables(self, buffers: tuple[Buffer, ...]) -> dict[Buffer, str]:
        for buffer in buffers:
            if buffer.values is not None and buffer not in self.tables:
                equal = (name for one, name in self.tables.items() if _same_table(one, buffer))
                self.tables[buffer] = next(equal, f"table_{len(set(self.tables.values())) + 1}")
        return {buffer: self.tables[buffer] for buffer in buffers if buffer.values is not None}

    def table_texts(self) -> list[str]:
        """Return the tables as constants of the file."""
        once = {name: buffer for buffer, name in reversed(self.tables.items())}
        return [_table(name, buffer) for name, buffer in sorted(once.items(), key=lambda one: int(one[0][6:]))]


def _same_table(one: Buffer, other: Buffer) -> bool:
    return one.dtype is other.dtype and one.values == other.values


def _table(name: str, buffer: Buffer) -> str:
    numbers = ", ".join(number(value, buffer.dtype) for value in buffer.values or ())
    return f"constexpr {TYPES[buffer.dtype]} {name}[] = {{{numbers or '{}'}}};"


def _parameters(inputs: tuple[Buffer, ...], outputs: tuple[Buffer, ...]) -> dict[Buffer, str]:
    return {**_numbered("in", inputs), **_numbered("out", outputs)}


def _numbered(word: str, buffers: tuple[Buffer, ...]) -> dict[Buffer, str]:
    return {one: word if len(buffers) == 1 else f"{word}{at}" for at, one in enumerate(buffers)}


def _signature(inputs: tuple[Buffer, ...], outputs: tuple[Buffer, ...], names: Mapping[Buffer, str]) -> str:
    read = [f"const {TYPES[one.dtype]}* RESTRICT {names[one]}" for one in inputs]
    return ", ".join([*read, *(f"{TYPES[one.dtype]}* RESTRICT {names[one]}" for one in outputs)])


WORTH_THREADS = 1_000_000
"""Terms and entries of a group from which on several threads gain more than it costs to wake them."""


def _work(group: Group) -> int:
    return sum(prod(axis.extent for axis in (*nest.axes, *nest.reduced)) for nest in group.nests)


def _tiles(tiled: Tiled, own: Mapping[Buffer, str], stages: list[str]) -> list[str]:
    """Return the loops over the tiles of a group: `first` is the first row of one, `count` how many it has."""
    periods = tiled.group.rows // tiled.period
    start = f"period * {tiled.period} + " if periods > 1 else ""
    lines: list[str] = []
    mine = ""
    if periods * tiled.tiles > 1 and _work(tiled.group) >= WORTH_THREADS:
        mine = f" + thread() * {tiled.size}"
        collapse = " collapse(2)" if periods > 1 else ""
        lines.append(f"#pragma omp parallel for{collapse} schedule(static) num_threads(threads) if (threads > 1)")
    if periods > 1:
        lines.append(f"  for (Index period = 0; period < {periods}; ++period)")
    whole = tiled.units % tiled.tiles == 0
    at = f"tile * {tiled.longest}" if whole else f"tile * {tiled.units} / {tiled.tiles} * {tiled.unit}"
    end = at.replace("tile", "(tile + 1)") if tiled.tiles > 1 else str(tiled.period)
    stop = f"std::min<Index>({end}, {tiled.period})" if tiled.period % tiled.unit else end
    even = whole and tiled.period % tiled.longest == 0
    count = str(tiled.longest) if even else f"{stop} - ({at})"
    place = at
    return [
        *lines,
        f"  for (Index tile = 0; tile < {tiled.tiles}; ++tile) {{",
        f"    const Index first = {start}{place};",
        f"    const Index count = {count};",
        *([f"    unsigned char* const mine = scratch{mine};"] * bool(own)),
        *(f"    float* const {name} = at<float>(mine, {tiled.offsets[one]});" for one, name in own.items()),
        *(line if line.startswith("#") else f"    {line}" for line in stages),
        "  }",
    ]


def _body(nest: Nest, buffers: Mapping[Buffer, str]) -> list[str]:
    """Return the loops. Sums of floats may be reordered along the innermost loop, and nothing else."""
    outer = {axis: f"i{at}" for at, axis in enumerate(nest.axes)}
    inner = {axis: f"k{at}" for at, axis in enumerate(nest.reduced)}
    printer = Printer({**outer, **inner}, buffers)
    lines = [_loop(axis, name, depth) for depth, (axis, name) in enumerate(outer.items(), start=1)]
    depth = len(outer) + 1
    if nest.body is not None and nest.combine is not None:
        dtype = dtype_of(nest.body)
        start, step = _STARTS[nest.combine]
        lines.append(f"{_indent(depth)}{TYPES[dtype]} total = {start.format(type=TYPES[dtype])};")
        for at, (axis, name) in enumerate(inner.items()):
            if at == len(inner) - 1 and nest.combine is Combine.SUM and dtype is DType.FLOAT:
                lines.append("#pragma omp simd reduction(+ : total)")
            lines.append(_loop(axis, name, depth + at))
        term = printer.as_type(nest.body, dtype)
        lines.append(_indent(depth + len(inner)) + step.format(type=TYPES[dtype], term=term))
        lines += [f"{_indent(depth + at)}}}" for at in reversed(range(len(inner)))]
    target = printer.entry(nest.output, nest.axes)
    lines.append(f"{_indent(depth)}{target} = {printer.as_type(nest.epilogue, nest.output.dtype)};")
    return lines + [f"{_indent(at)}}}" for at in reversed(range(1, depth))]


def _loop(axis: Axis, name: str, depth: int) -> str:
    return f"{_indent(depth)}for (Index {name} = 0; {name} < {axis.extent}; ++{name}) {{"


def _indent(depth: int) -> str:
    return "  " * depth

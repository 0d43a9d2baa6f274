"""Parameters, inputs, outputs and conditions to docs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from archc.syntax import tree
from archc.syntax.formatter.expressions import Expressions
from archc.syntax.formatter.layout import HARD, SPACE, Align, Doc, Filler, Group, Nest, breaks, filled, flat_width

WIDTH = 120


class Signatures(Expressions):
    """Makes docs of what stands between a declaration's name and its body."""

    def header(
        self,
        head: Doc,
        signature: tree.Signature | None,
        where: Sequence[tree.Expression],
        indent: int = 4,
        more: Sequence[Doc] = (),
    ) -> Doc:
        """Return a head and what follows it: as much on a line as fits, and nothing behind what takes several lines."""
        parts = [head]
        if signature is not None:
            parts.append(self.signature(signature))
        if where:
            parts.append(self.where(where))
        parts += more
        lines = [(HARD, part) if self._is_long(before) else Filler(SPACE, part) for before, part in pairwise(parts)]
        return (head, Nest(indent, tuple(lines)))

    def _is_long(self, part: Doc) -> bool:
        return breaks(part) or self.depth + flat_width(part) > WIDTH

    def parameters(self, nodes: Sequence[tree.Parameter | tree.RestParameter], always: bool = False) -> Doc:
        """Return parameters in brackets; no brackets without any, unless `always`."""
        return self.listed("(", nodes, self._parameter, ")", None) if nodes or always else ""

    def _parameter(self, node: tree.Parameter | tree.RestParameter) -> Doc:
        if isinstance(node, tree.RestParameter):
            return f"...{node.name}"
        kind: Doc = (": ", self._kind(node.kind)) if node.kind is not None else ""
        default: Doc = (" = ", self.expression(node.default)) if node.default is not None else ""
        return (node.name, kind, default)

    def _kind(self, node: tree.Kind) -> Doc:
        name = node.name if node.name is not None else "{" + ", ".join(node.options) + "}"
        length: Doc = self.expression(node.length) if node.length is not None else ""
        listed: Doc = ("[", length, "]") if node.is_list else ""
        return (name, listed, "?" if node.optional else "")

    def signature(self, node: tree.Signature) -> Doc:
        """Return `: inputs -> outputs`."""
        inputs: Doc = (": ", Align(filled([self._input(each) for each in node.inputs], ","))) if node.inputs else ""
        if node.outputs is None:
            return inputs
        outputs: Doc = ("-> ", Align(filled([self._output(each) for each in node.outputs], ",")))
        return Group((inputs, SPACE, outputs)) if node.inputs else outputs

    def _input(self, node: tree.Input) -> Doc:
        shape = self.typed(node.name + ("?" if node.optional else ""), node.type, node.shape)
        return (shape, " ", self.clause(node.clause)) if node.clause is not None else shape

    def _output(self, node: tree.Output) -> Doc:
        shape = self.typed(node.name or "", node.type, node.shape)
        clause: Doc = (" ", self.clause(node.clause)) if node.clause is not None else ""
        guard: Doc = (" if ", self.operation(node.guard)) if node.guard is not None else ""
        return (shape, clause, guard)

    def typed(self, name: str, type: str | None, shape: tree.Shape) -> Doc:
        """Return `name type[dims]`."""
        return (f"{name} {type}" if type is not None else name, self.shape(shape))

    def shape(self, node: tree.Shape) -> Doc:
        """Return dims in brackets."""
        return self.listed("[", node.dims, self._dim, "]", node.span)

    def _dim(self, node: tree.Expression | tree.Dots) -> Doc:
        if not isinstance(node, tree.Dots):
            return self.expression(node)
        return ("...", self.module(node.value)) if node.value is not None else "..."

    def where(self, conditions: Sequence[tree.Expression]) -> Doc:
        """Return `where` and conditions."""
        return ("where ", self.values(conditions))

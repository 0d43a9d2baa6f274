"""Signatures against operands: names in shapes bind, `...S` takes a group of axes, the rest becomes obligations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import cast

from archc import shapes
from archc.graph.ir import TensorType
from archc.graph.static import Dim, Shape
from archc.semantics.arithmetic import COMPARISONS, as_dim
from archc.semantics.builtins.axes import differing
from archc.semantics.definition import Definition
from archc.semantics.dtypes import check_dtype
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings, Deferred, Environment, Missing
from archc.semantics.faults import Fault, fault
from archc.semantics.kinds import AXES
from archc.semantics.notes import noted
from archc.semantics.obligations import About, Duties
from archc.semantics.requirements import Broken
from archc.semantics.scene import Scene
from archc.semantics.values import Thing
from archc.shapes import Relation
from archc.syntax import tree
from archc.syntax.source import Span
from archc.syntax.tree import Operator

Types = TensorType | tuple[TensorType, ...] | None


class Matcher:
    """Binds the names of one signature, for one use."""

    def __init__(self, e: Elaborator, definition: Definition, env: Deferred, scene: Scene) -> None:
        self.e = e
        self.definition = definition
        self.env = env
        self.scene = scene
        self.duties = e.duties or Duties(e.session, scene.call, f"`{definition.name}`", scene)
        self.binders: dict[str, str] = {}
        self.unequal: list[tuple[tree.Expression, Dim, Dim]] = []

    # -- inputs --------------------------------------------------------------------------------------

    def inputs(self, types: dict[str, Types]) -> None:
        """Bind every dim and group that the inputs' shapes name, and the lengths that the parameters' kinds name."""
        self._count_axes(types)
        self._lengths()
        for declared in self.definition.inputs:
            given = types[declared.name]
            if given is None:
                continue
            if declared.clause is not None:
                self._list(declared, declared.clause, given)
            elif isinstance(given, TensorType):
                check_dtype(declared, given.dtype, self.env, self._at(declared), self.duties.subject)
                self._shape(declared, given.shape, self.env)
            else:
                raise fault(
                    "E204",
                    f"`{declared.name}` of `{self.definition.name}` is one tensor, not a list",
                    self._at(declared),
                )

    def _lengths(self) -> None:
        """Look at parameters such as `widths: int[n]`, which bind `n`; `int[S]` has one entry an axis and waits."""
        groups = {d.value.text for i in self.definition.inputs for d in _groups(i) if isinstance(d.value, tree.Name)}
        for parameter in self.definition.parameters:
            kind = parameter.kind
            if kind is not None and isinstance(kind.length, tree.Name) and kind.length.text not in groups:
                self.env.find(parameter.name)

    def _at(self, declared: tree.Input) -> Span:
        return self.scene.span_of(declared.name)

    def _list(self, declared: tree.Input, clause: tree.Clause, given: Types) -> None:
        if not isinstance(given, tuple):
            raise fault(
                "E204",
                f"`{declared.name}` of `{self.definition.name}` is a list of tensors",
                self._at(declared),
                "one tensor",
            )
        self._length(clause, len(given), declared)
        lists: dict[str, list[Dim]] = {}
        for position, one in enumerate(given):
            inner = Bindings(self.env, {clause.names[0]: position})
            check_dtype(declared, one.dtype, self.env, self._at(declared), self.duties.subject)
            self._shape(declared, one.shape, inner, lists)
        for name, dims in lists.items():
            self.env.values[name] = tuple(dims)

    def _length(self, clause: tree.Clause, count: int, declared: tree.Input) -> None:
        match clause.iterable:
            case tree.Binary(operator=Operator.RANGE, left=tree.Number(value=0), right=tree.Name(text=name)) if (
                not self._own(name)
            ):
                self.env.values[name] = count
            case iterable:
                wanted = self.e.static(iterable, self.env)
                if type(wanted) is tuple and len(wanted) != count:
                    raise fault(
                        "S109", f"`{declared.name}` takes {len(wanted)} tensors, not {count}", self._at(declared)
                    )

    def _count_axes(self, types: dict[str, Types]) -> None:
        """Say how many places an `axis` argument can name: the axes of the first input, or the gaps between them."""
        for declared in self.definition.inputs:
            given = types[declared.name]
            first = given[0] if isinstance(given, tuple) and given else given
            if isinstance(first, TensorType):
                self.env.values[AXES] = len(first.shape)
                return

    def _shape(
        self, declared: tree.Input, shape: Shape, env: Environment, lists: dict[str, list[Dim]] | None = None
    ) -> None:
        pattern = declared.shape.dims
        groups = _groups(declared)
        fixed = len(pattern) - len(groups)
        free = len(shape) - fixed
        if free < 0 or (not groups and free):
            raise self._rank(declared, shape, fixed, bool(groups))
        sizes = self._group_sizes(declared, groups, free)
        position = 0
        for dim in pattern:
            if isinstance(dim, tree.Dots):
                count = sizes.pop(0)
                self._group(declared, dim, shape[position : position + count], shape)
                position += count
            else:
                self._dim(declared, dim, shape[position], env, lists)
                position += 1
        if self.unequal:
            self._report_unequal(declared, shape)

    def _rank(self, declared: tree.Input, shape: Shape, fixed: int, open_end: bool) -> Fault:
        number = self.scene.number_of(declared.name) if not shape else None
        if number is not None:
            message = f"`{self.definition.name}` takes tensors with axes for `{declared.name}`, and this is a number"
            return fault("S101", message, number.span, "has no axes")
        shown = self.e.session.context.show_shape(shape)
        wanted = f"{'at least ' if open_end else ''}{fixed} axes ({declared.shape.span.text})"
        message = f"`{self.definition.name}` takes `{declared.name}` with {wanted}, not {len(shape)}"
        return fault("S101", message, self._at(declared), shown)

    def _group_sizes(self, declared: tree.Input, groups: Sequence[tree.Dots], free: int) -> list[int]:
        if len(groups) <= 1:
            return [free] * len(groups)
        first = self._declared_length(groups[0])
        if first is None or len(groups) > 2 or not 0 <= first <= free:
            raise fault(
                "S108",
                f"the axes of `{declared.name}` cannot be told apart",
                self._at(declared),
                declared.shape.span.text,
            )
        return [first, free - first]

    def _declared_length(self, group: tree.Dots) -> int | None:
        """The number of axes of a group that `where len(A) == ...` determines."""
        for clause in self.definition.block.where:
            match clause.condition if isinstance(clause, tree.Reasoned) else clause:
                case tree.Binary(
                    operator=Operator.EQUAL,
                    left=tree.Call(
                        callee=tree.Name(text="len"), arguments=(tree.Argument(value=tree.Name(text=name)),)
                    ),
                    right=right,
                ) if group.value == tree.Name(right.span, name):
                    value = self.e.static(right, self.env)
                    return value if type(value) is int else None
        return None

    def _group(self, declared: tree.Input, group: tree.Dots, found: Shape, shape: Shape) -> None:
        if group.value is None:
            self.env.values.setdefault("...", found)
            return
        if not isinstance(group.value, tree.Name):
            self._equal_groups(declared, cast("tuple[Thing, ...]", self.e.static(group.value, self.env)), found, shape)
            return
        name = group.value.text
        bound = self._own_value(name)
        if isinstance(bound, Missing):
            self.env.values[name] = found
            self.binders[name] = declared.name
        else:
            self._equal_groups(declared, cast("tuple[Thing, ...]", bound), found, shape)

    def _equal_groups(self, declared: tree.Input, wanted: tuple[Thing, ...], found: Shape, shape: Shape) -> None:
        if len(wanted) != len(found):
            raise fault(
                "S101", f"`{self.definition.name}` needs inputs with the same number of axes", self._at(declared)
            )
        pairs = [(cast(Dim, one), other) for one, other in zip(wanted, found, strict=True) if one != other]
        if not pairs:
            return
        axes = differing([shape.index(other) for _, other in pairs])
        joined = "all axes but the joined one must be equal, and " if declared.clause else ""
        self.duties.all_equal(pairs, f"{joined}{axes}")

    def _dim(
        self,
        declared: tree.Input,
        dim: tree.Expression,
        size: Dim,
        env: Environment,
        lists: dict[str, list[Dim]] | None,
    ) -> None:
        match dim:
            case tree.Name(text=name) if not self._own(name):
                self.env.values[name] = size
                self.binders[name] = declared.name
            case tree.Index(base=tree.Name(text=name)) if lists is not None and not self._own(name):
                lists.setdefault(name, []).append(size)
            case _:
                self._expected(dim, size, env)

    def _expected(self, dim: tree.Expression, size: Dim, env: Environment) -> None:
        unknown = [name for name in free_names(dim) if isinstance(env.find(name), Missing)]
        if len(unknown) == 1 and (solution := self._solve(dim, size, unknown[0], env)) is not None:
            self.env.values[unknown[0]] = solution
        wanted = self.e.dim(dim, env)
        if wanted != size:
            self.unequal.append((dim, size, wanted))

    def _report_unequal(self, declared: tree.Input, shape: Shape) -> None:
        """Report the sizes of an input that are not what its shape says, all as one."""
        context = self.e.session.context
        unequal, self.unequal = self.unequal, []
        spelt = [(dim.span.text, context.show(wanted)) for dim, _, wanted in unequal]
        known = " and ".join(f"{text} = {value}" for text, value in dict(spelt).items() if text != value)
        form = declared.shape.span.text + (f" with {known}" if known else "")
        what = f"`{declared.name}` must be {form}, and is {context.show_shape(shape)}"
        names = dict.fromkeys(name for dim, _, _ in unequal for name in free_names(dim))
        values = {n: context.show(v) for n in names if (v := as_dim(cast(Thing, self.env.find(n)))) is not None}
        about = About(declared.name, self.scene.values(values))
        self.duties.all_equal([(size, wanted) for _, size, wanted in unequal], what, about)

    def _solve(self, dim: tree.Expression, size: Dim, name: str, env: Environment) -> Dim | None:
        """Solve `a * n`, `n * a`, `n + a` and `a + n` for the one unknown name."""
        match dim:
            case tree.Name(text=text) if text == name:
                return size
            case tree.Binary(operator=Operator.MULTIPLY | Operator.ADD as op, left=left, right=right):
                known, open_ = (left, right) if name in free_names(right) else (right, left)
                if name in free_names(known):
                    return None
                value = self.e.dim(known, env)
                if op is Operator.ADD:
                    return self._solve(open_, shapes.sub(size, value), name, env)
                self.duties.equal(
                    shapes.mod(size, value), 0, f"{dim.span.text} must divide {self.e.session.context.show(size)}"
                )
                return self._solve(open_, shapes.floordiv(size, value), name, env)
            case _:
                return None

    def _own(self, name: str) -> bool:
        return name in self.env.values or name in self.env.pending

    def _own_value(self, name: str) -> Thing | Missing:
        return self.env.find(name) if self._own(name) else Missing.MISSING

    # -- where ---------------------------------------------------------------------------------------

    def where(self) -> None:
        """Impose what the declaration's `where` says; an equation with an unbound left side binds it.

        Of `a or b` the left side is static: what is asked of sizes only sometimes is `b`.
        """
        for clause in self.definition.block.where:
            self._clause(clause)

    def _clause(self, clause: tree.Expression, reason: tree.Text | None = None) -> None:
        match clause:
            case tree.Reasoned(condition=condition, reason=reason):
                self._clause(condition, reason)
            case tree.Binary(operator=Operator.AND, left=left, right=right):
                self._clause(left, reason)
                self._clause(right, reason)
            case tree.Binary(operator=Operator.OR, left=left, right=tree.Binary() as right):
                if not self.e.truth(left, self.env):
                    self._clause(right, reason)
            case tree.Binary(operator=Operator.EQUAL, left=tree.Name(text=name), right=right) if not self._own(name):
                self.env.values[name] = self.e.dim(right, self.env)
            case _:
                self.e.session.recall(clause, self.env, lambda env: self._condition(clause, env, reason))

    def _condition(self, clause: tree.Expression, env: Environment, reason: tree.Text | None) -> None:
        broken = Broken(self, clause, reason)
        if isinstance(clause, tree.Binary) and clause.operator in COMPARISONS:
            left, right = self.e.static(clause.left, env), self.e.static(clause.right, env)
            self._relation(broken, clause.operator, left, right)
        elif not self.e.truth(clause, env):
            raise broken.fault()

    def _relation(self, broken: Broken, op: Operator, left: Thing, right: Thing) -> None:
        relations: list[Relation] = []
        listed = type(left) is tuple or type(right) is tuple
        pairs = _pairs(left, right) if listed else [(left, right)]
        for place, (one, other) in enumerate(pairs):
            a, b = as_dim(one), as_dim(other)
            if a is None or b is None:
                if not self.e.truth(broken.clause, self.env):
                    raise broken.fault()
            elif not self.duties.holds(relation := Relation(COMPARISONS[op], a, b)):
                broken.places.extend((place,) if listed else ())
                relations.append(relation)
        if relations:
            self.duties.require_all(relations, broken.claim(relations))

    # -- outputs -------------------------------------------------------------------------------------

    def shape(self, declared: tree.Shape, env: Environment) -> Shape:
        """Return the value of a declared shape."""
        dims: list[Dim] = []
        for dim in declared.dims:
            if isinstance(dim, tree.Dots):
                dims.extend(self._spliced(dim, env))
            else:
                dims.append(self.e.size(dim, env))
        return tuple(dims)

    def _spliced(self, dots: tree.Dots, env: Environment) -> Shape:
        if dots.value is None:
            value: Thing | Missing = self._rest_of_input()
        elif isinstance(dots.value, tree.Name):
            value = self.e.static(dots.value, env)
        else:
            value = self.e.session.recall(dots, env, partial(self.e.static, dots.value))
        dims = [as_dim(entry) for entry in value] if type(value) is tuple else [None]
        if any(dim is None for dim in dims):
            raise fault("E204", "`...` splices a sequence of sizes", dots.span)
        negative = next((dim for dim in dims if isinstance(dim, int) and dim < 0), None)
        if negative is not None and dots.value is not None:
            raise self.e.no_size(dots.value, f"a size is not negative, and one of these is {negative}")
        return cast(Shape, tuple(dims))

    def _rest_of_input(self) -> Thing | Missing:
        """A bare `...` in an output is the one group of the inputs."""
        for declared in self.definition.inputs:
            for dim in declared.shape.dims:
                if isinstance(dim, tree.Dots):
                    return self.env.find(dim.value.text if isinstance(dim.value, tree.Name) else "...")
        return Missing.MISSING


@noted
def _groups(declared: tree.Input) -> tuple[tree.Dots, ...]:
    return tuple(dim for dim in declared.shape.dims if isinstance(dim, tree.Dots))


def _pairs(left: Thing, right: Thing) -> Iterable[tuple[Thing, Thing]]:
    if type(left) is tuple and type(right) is tuple:
        return zip(left, right, strict=False)
    if type(left) is tuple:
        return [(one, right) for one in left]
    return [(left, other) for other in cast("tuple[Thing, ...]", right)]


def free_names(node: tree.Expression) -> tuple[str, ...]:
    """Return the bare names in the arithmetic of a size."""
    match node:
        case tree.Name(text=text):
            return (text,)
        case tree.Binary(left=left, right=right):
            return (*free_names(left), *free_names(right))
        case tree.Unary(operand=operand):
            return free_names(operand)
        case _:
            return ()

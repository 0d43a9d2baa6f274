"""An `.arch` file: its architectures, their variants, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from archc.architecture import Architecture
from archc.diagnostics import ArchError, Diagnostic, Note
from archc.graph.program import Program
from archc.packaged import found
from archc.semantics.checking import check_scope, unique
from archc.semantics.compilation import Compilation, Request
from archc.semantics.definition import Definition
from archc.semantics.forms import Forms
from archc.semantics.library import Loaded, load_file, load_source, prelude
from archc.semantics.names import check_names
from archc.semantics.outside import outside
from archc.semantics.program import Elaborations
from archc.semantics.scene import Scene
from archc.semantics.suggest import nearest
from archc.semantics.unused import unused
from archc.semantics.values import Thing
from archc.semantics.variants import Variant, override, variants_of
from archc.syntax import Source, Span, tree


class ArchFile:
    """One file, read and ready to be elaborated. Reading reports; it never raises for what the text says."""

    def __init__(self, loaded: Loaded, path: Path | None = None) -> None:
        self.path = path
        self.loaded = loaded
        self.elaborations = Elaborations(prelude(), sum(len(source.text) for source in loaded.sources))
        self.forms = Forms(self.elaborations)

    @classmethod
    def read(cls, path: str | Path) -> ArchFile:
        """Return the file at a path; `hornet` alone names the packaged file where no other has that path."""
        place = found(Path(path))
        return cls(load_file(place), place)

    @classmethod
    def of_text(cls, text: str, name: str = "<text>") -> ArchFile:
        """Return a file that exists as text only."""
        return cls(load_source(Source(name, text)))

    def with_text(self, text: str) -> ArchFile:
        """Return what the file would be with another text; it uses the same other files."""
        name = self.loaded.parsed.source.name if self.loaded.parsed else str(self.path)
        return ArchFile(load_source(Source(name, text), self.path.parent if self.path else None), self.path)

    # -- what is in it ------------------------------------------------------------------------------------

    @property
    def architectures(self) -> tuple[str, ...]:
        """The names of the architectures, in the order of the text."""
        return tuple(d.name for d in self.definitions if d.block.kind is tree.BlockKind.ARCH)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        return tuple(self.loaded.scope.definitions()) if self.loaded.scope else ()

    def variants(self, arch: str) -> tuple[str, ...]:
        """The names of an architecture's variants, in the order of the text."""
        return tuple(v.name for v in self._variants(self._definition(arch)))

    def _variants(self, definition: Definition) -> tuple[Variant, ...]:
        return variants_of(self.loaded.scope, definition) if self.loaded.scope else ()

    def _definition(self, arch: str) -> Definition:
        return next(d for d in self.definitions if d.name == arch)

    # -- diagnostics -----------------------------------------------------------------------------------------

    def check(self) -> tuple[Diagnostic, ...]:
        """Return everything that is wrong: syntax, names, every variant of every architecture, every block."""
        if self.loaded.scope is None:
            return unique(self.loaded.diagnostics)
        return unique((*self.loaded.diagnostics, *check_scope(self.loaded.scope, self.elaborations, self.forms)))

    def unused(self) -> tuple[Diagnostic, ...]:
        """Return warnings of what has a name in the file and is never used."""
        parsed = self.loaded.parsed
        return tuple(unused(parsed.file)) if parsed is not None and parsed.file is not None else ()

    def problems(self) -> tuple[Diagnostic, ...]:
        """Return what is wrong before anything is elaborated: syntax, files, names."""
        names = check_names(self.loaded.scope) if self.loaded.scope else ()
        return unique((*self.loaded.diagnostics, *names))

    # -- elaboration -----------------------------------------------------------------------------------------

    def architecture(self, arch: str | None = None, variant: str | None = None, /, **overrides: object) -> Architecture:
        """Return one architecture, with parameters overridden and free sizes fixed by name.

        A block is an architecture too when it is asked for by its name. Raises ArchError where the file has errors,
        or names or values do not fit.
        """
        problems = self.problems()
        if problems:
            raise ArchError(problems)
        definition = self._choose_arch(arch)
        variant = variant or self._first_variant(definition)
        arguments = self._choose_variant(definition, variant)
        sizes = self._override(definition, arguments, overrides)
        place = f"{definition.name}.{variant}" if variant else definition.name
        if overrides:
            place = f"{place} with {', '.join(f'{name}={value}' for name, value in overrides.items())}"
        scene = self._scene(definition, variant, overrides)
        elaboration = self.elaborations.run(definition, arguments, place=place, sizes=sizes, scene=scene)
        return Architecture(self, elaboration, variant, overrides)

    def program(self, arch: str | None = None, variant: str | None = None, /, **overrides: object) -> Program:
        """Return what a backend compiles: all variants of an architecture or one, overridden as in `architecture`.

        Raises ArchError where the file has errors, or names or values do not fit.
        """
        problems = self.problems()
        if problems or self.loaded.scope is None:
            raise ArchError(problems)
        definition = self._choose_arch(arch)
        names = (variant,) if variant else self.variants(definition.name) or (None,)
        configurations: list[tuple[str, dict[str, Thing]]] = []
        sizes: dict[str, int] = {}
        for name in names:
            arguments = self._choose_variant(definition, name)
            sizes = self._override(definition, arguments, overrides)
            configurations.append((name or "", arguments))
        request = Request(definition, tuple(configurations), sizes)
        compilation = Compilation(self.elaborations, self.loaded.scope, request)
        program = compilation.program()
        if program is None:
            raise ArchError(unique(compilation.diagnostics))
        return program

    def _choose_arch(self, arch: str | None) -> Definition:
        names = self.architectures
        if arch is None and len(names) >= 1:
            return self._definition(names[0])
        if arch is not None and arch in (d.name for d in self.definitions if not d.is_operator):
            return self._definition(arch)
        if not names:
            source = self.loaded.parsed.source if self.loaded.parsed else Source("", "")
            help = "declare one: `arch Net : x[B, 3, H, W] -> [B, 10] { … }`"
            raise _refused("C404", "this file has no architecture", Span(source, 0, 0), help)
        at = self._definition(names[0]).block.name_span
        raise _refused("C404", f"there is no architecture `{arch}`", at, _choices(arch or "", names))

    def _first_variant(self, definition: Definition) -> str | None:
        """Return the variant that is meant where none is named: the first one, if the architecture needs its values."""
        needed = any(p.default is None and not (p.kind and p.kind.optional) for p in definition.parameters)
        return next(iter(self.variants(definition.name)), None) if needed else None

    def _choose_variant(self, definition: Definition, name: str | None) -> dict[str, Thing]:
        variants = self._variants(definition)
        if name is None:
            return {}
        for variant in variants:
            if variant.name == name:
                if variant.arguments is None:
                    raise ArchError(variant.diagnostics)
                return dict(variant.arguments)
        names = [v.name for v in variants]
        at = definition.block.name_span
        raise _refused("C401", f"`{definition.name}` has no variant `{name}`", at, _choices(name, names))

    def _scene(self, definition: Definition, variant: str | None, overrides: Mapping[str, object]) -> Scene:
        """Return where the arguments stand: in the row of the variant, and where they were given outside the text."""
        row = next((one.scene for one in self._variants(definition) if one.name == variant), None)
        scene = row or Scene(definition.block.name_span)
        given = {n: outside(n, v).node for n, v in overrides.items() if n in definition.parameter_names}
        return replace(scene, arguments={**scene.arguments, **given})

    def _override(
        self, definition: Definition, arguments: dict[str, Thing], overrides: Mapping[str, object]
    ) -> dict[str, int]:
        sizes: dict[str, int] = {}
        free = self._size_names(definition)
        for name, value in overrides.items():
            if name in definition.parameter_names:
                arguments[name] = self._value(definition, name, value)
            elif name in free and (size := _size(value)) is not None:
                sizes[name] = size
            elif name in free:
                message = f"the size `{name}` is a positive integer, not {value}"
                raise _refused("C403", message, outside(name, value).value, f"as in `{name}=224`")
            else:
                known = [*sorted(definition.parameter_names), *sorted(free)]
                message = f"`{definition.name}` has no parameter or size `{name}`"
                raise _refused("C403", message, outside(name, value).name, _choices(name, known))
        return sizes

    def _value(self, definition: Definition, name: str, value: object) -> Thing:
        assert self.loaded.scope is not None
        try:
            return override(self.loaded.scope, definition.parameter(name), value)
        except TypeError as error:
            help = "give a number, a boolean, a list, or text of the language"
            raise _refused("C403", f"`{name}`: {error}", outside(name, value).value, help) from None

    def _size_names(self, definition: Definition) -> frozenset[str]:
        dims = (d for i in definition.inputs for d in i.shape.dims)
        return frozenset(d.text for d in dims if isinstance(d, tree.Name)) - definition.parameter_names


def _refused(code: str, message: str, span: Span, help: str) -> ArchError:
    """Return what to say of a name or value given outside the text."""
    return ArchError((Diagnostic(code, message, span, notes=(Note("help", help),)),))


def _size(value: object) -> int | None:
    """Return a positive integer, which may be written out."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _choices(word: str, known: object) -> str:
    names = list(known)  # type: ignore[call-overload]
    close = nearest(word, names)
    listed = ", ".join(names[:30]) + (", …" if len(names) > 30 else "") if names else "none"
    if close and len(names) == 1:
        return f"did you mean `{close}`?"
    there = f"there {'is' if len(names) == 1 else 'are'} {listed}"
    return f"did you mean `{close}`? T{there[1:]}" if close else there

"""How what is registered is governed: by an operator's signed orders, and by what the watch finds.

Nothing here calls a tool or takes one in.
"""

from typing import Final

from actors.tools.registry import catalogue
from actors.tools.registry.catalogue import Figures, Tool
from messages.kernel import order
from messages.tools import deployment, tool
from runtime.actor import Actor, Emits

WATCH: Final = "watch"
"""The only actor that may roll a version back without an operator. *derived*: actors.tools.trust"""


class Governed(Actor):
    """Every order is obeyed or rejected with the reason.

    An actor that is governed has `tools`, `orders` and `revision` in its state, and `operator_key` in its settings.
    """

    # Orders.

    def apply_enable(self, m: order.Enable) -> None:
        self._take()

    def apply_order_roll_back(self, m: order.RollBack) -> None:
        self._take()

    def on_deprecate(self, m: order.Deprecate) -> Emits[tool.Deprecated | order.Rejected]:
        fault = self._restriction_fault(m.name) or self._unfit_replacement(m)
        if fault is not None:
            yield self._refused(fault)
        else:
            obeyed = self.state.orders.obeyed(self.origin, self.now)
            yield tool.Deprecated(name=m.name, reason=m.reason, replacement=m.replacement, obeyed=obeyed)

    def on_disable(self, m: order.Disable) -> Emits[tool.Disabled | order.Rejected]:
        fault = self._restriction_fault(m.name)
        if fault is None and self.state.tools[m.name].disabled:
            fault = f"the tool {m.name!r} is disabled already: {self.state.tools[m.name].disabled}"
        if fault is not None:
            yield self._refused(fault)
        else:
            copied_in = catalogue.copied_in(self.state.tools, m.name)
            obeyed = self.state.orders.obeyed(self.origin, self.now)
            yield tool.Disabled(name=m.name, reason=m.reason, copied_in=copied_in, obeyed=obeyed)

    def on_enable(self, m: order.Enable) -> Emits[tool.Enabled | order.Rejected]:
        fault = self._fault(m.name)
        if fault is None and _is_free(self.state.tools[m.name]):
            fault = f"the tool {m.name!r} is neither disabled nor deprecated nor restricted"
        if fault is not None:
            yield self._refused(fault)
        else:
            yield tool.Enabled(name=m.name, reason=m.reason)

    def on_order_roll_back(self, m: order.RollBack) -> Emits[tool.RolledBack | order.Rejected]:
        fault = self._fault(m.name) or self._unfit_version(m.name, m.to)
        if fault is not None:
            yield self._refused(fault)
            return
        newest = self.state.tools[m.name].newest()
        yield tool.RolledBack(name=m.name, version=newest, to=m.to, reason=m.reason)

    # What the watch finds.

    def on_roll_back(self, m: tool.RollBack) -> Emits[tool.RolledBack | order.Rejected]:
        if self.origin.speaker != WATCH:
            yield self._refused(f"only {WATCH} rolls back without an operator, not {self.origin.speaker!r}")
            return
        known = self.state.tools.get(m.name)
        if known is not None and known.newest() == m.version and self._unfit_version(m.name, m.to) is None:
            yield tool.RolledBack(name=m.name, version=m.version, to=m.to, reason=m.reason)

    def apply_changed(self, m: deployment.Changed) -> None:
        figures = self._figures(m.name, m.version)
        if figures is None:
            return
        figures.clients = m.clients
        if not m.only:
            figures.level = m.level
        elif m.level == figures.level:
            figures.restricted.pop(m.only, None)
        else:
            figures.restricted[m.only] = m.level

    def apply_diagnosed(self, m: deployment.Diagnosed) -> None:
        figures = self._figures(m.name, m.version)
        if figures is not None:
            figures.conditions = m.conditions

    # What changes.

    def apply_deprecated(self, m: tool.Deprecated) -> None:
        instead = f"use {m.replacement!r}" if m.replacement is not None else "nothing replaces it"
        self.state.tools[m.name].deprecated = f"{m.name!r} is deprecated ({m.reason}): {instead}"
        self.state.tools[m.name].replacement = m.replacement or ""
        self.state.orders.remember(m.obeyed)

    def apply_disabled(self, m: tool.Disabled) -> None:
        self.state.tools[m.name].disabled = m.reason or "by an operator"
        self.state.orders.remember(m.obeyed)

    def apply_enabled(self, m: tool.Enabled) -> None:
        known: Tool = self.state.tools[m.name]
        known.disabled = known.deprecated = known.replacement = ""
        for figures in known.figures:
            figures.level, figures.conditions, figures.clients, figures.restricted = "full", (), (), {}

    def apply_rolled_back(self, m: tool.RolledBack) -> None:
        catalogue.set_back(self.state.tools[m.name], m.to)
        self.state.revision += 1

    def _figures(self, name: str, version: int) -> Figures | None:
        known: Tool | None = self.state.tools.get(name)
        return known.figures[version - 1] if known is not None and version <= len(known.figures) else None

    def _take(self) -> None:
        self.state.orders.take(self.origin, self.now)

    def _fault(self, name: str) -> str | None:
        """Why an order about the tool is worth nothing."""
        unsigned: str | None = self.state.orders.fault(self.settings.operator_key, self.origin)
        return unsigned or self._unknown(name)

    def _restriction_fault(self, name: str) -> str | None:
        """Why an order that restricts the tool is worth nothing."""
        key, orders = self.settings.operator_key, self.state.orders
        unsigned: str | None = orders.restriction_fault(key, self.origin, self.now)
        return unsigned or self._unknown(name)

    def _unknown(self, name: str) -> str | None:
        known: Tool | None = self.state.tools.get(name)
        return f"no tool is registered as {name!r}" if known is None or known.newest() is None else None

    def _unfit_replacement(self, m: order.Deprecate) -> str | None:
        if m.replacement is None:
            return None
        if m.replacement == m.name:
            return "a tool can't replace itself"
        other: Tool | None = self.state.tools.get(m.replacement)
        if other is None or other.newest() is None:
            return f"no tool is registered as {m.replacement!r}"
        circle = self._circle(m.name, m.replacement)
        return f"the tools would replace each other in a circle: {circle}" if circle is not None else None

    def _circle(self, name: str, replacement: str) -> str | None:
        """The way from the tool over its replacement back to it; None if there is none."""
        way = [name]
        while replacement and replacement not in way:
            way.append(replacement)
            known: Tool | None = self.state.tools.get(replacement)
            replacement = known.replacement if known is not None else ""
        return " -> ".join((*way, name)) if replacement == name else None

    def _unfit_version(self, name: str, to: int) -> str | None:
        known: Tool = self.state.tools[name]
        if known.spec(to) is None:
            return f"the tool {name!r} has no version {to}"
        return f"version {to} of {name!r} is the one in use" if known.newest() == to else None

    def _refused(self, reason: str) -> order.Rejected:
        return order.Rejected(order=self.origin.id, sequence=self.origin.seq, reason=reason)


def _is_free(known: Tool) -> bool:
    free = all(figures.level == "full" and not figures.restricted for figures in known.figures)
    return not known.disabled and not known.deprecated and free

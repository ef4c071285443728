"""Expressions as a person would write them: a loop over a loop is one loop, and is not run only to be counted."""

import ast
import copy
from collections.abc import Mapping


def tidy(body: ast.expr) -> ast.expr:
    """An expression that gives the same, shorter."""
    done = _Shorter().visit(copy.deepcopy(body))
    assert isinstance(done, ast.expr)
    return done


class _Shorter(ast.NodeTransformer):
    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        self.generic_visit(node)
        loop = node.generators[0]
        if len(node.generators) > 1 or not isinstance(loop.iter, ast.ListComp) or not isinstance(loop.target, ast.Name):
            return node
        inner, source = loop.iter, loop.iter.generators[0]
        if len(inner.generators) > 1 or (loop.ifs and source.ifs) or not isinstance(source.target, ast.Name):
            return node
        name = loop.target.id
        if not isinstance(inner.elt, ast.Name) and (loop.ifs or _count(node.elt, name) != 1 or _loops(node.elt)):
            return node
        if _loops(node.elt) or (source.target.id != name and _count(node.elt, source.target.id)):
            return node
        swap = _Swapped({name: inner.elt})
        ifs = [*source.ifs, *(swap.visit(test) for test in loop.ifs)]
        element = swap.visit(node.elt)
        return ast.ListComp(element, [ast.comprehension(source.target, source.iter, ifs, 0)])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "len" and isinstance(node.args[0], ast.ListComp):
            loop = node.args[0].generators[0]
            if len(node.args[0].generators) == 1 and not loop.ifs and isinstance(loop.iter, ast.Name):
                node.args[0] = loop.iter
        return node


class _Swapped(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return copy.deepcopy(self.names.get(node.id, node))


def _count(node: ast.AST, name: str) -> int:
    return sum(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))


def _loops(node: ast.AST) -> bool:
    scopes = (ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
    return any(isinstance(inner, scopes) for inner in ast.walk(node))

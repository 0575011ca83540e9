from __future__ import annotations

import ast

import pytest

from tests.architecture.places import action_functions

ACTIONS = {name: node for name, node in action_functions() if any(a.arg == "by" for a in node.args.kwonlyargs)}
# Facilities that actions use: they write on behalf of one that has asked already.
FACILITIES = {"enqueue", "record"}
# The permission is the one-time link that the person holds, or the job whose last words these are.
ASKED_ELSEWHERE = {"set_password", "abandon_import"}
VERBS = {name: node for name, node in ACTIONS.items() if node.name not in FACILITIES}


def _called(node: ast.AST) -> set[str]:
    calls = {call.func for call in ast.walk(node) if isinstance(call, ast.Call)}
    return {func.id for func in calls if isinstance(func, ast.Name)} | {
        func.attr for func in calls if isinstance(func, ast.Attribute)
    }


@pytest.mark.parametrize("name", VERBS)
def test_an_action_takes_keywords_who_and_when(name: str) -> None:
    node = VERBS[name]
    words = [argument.arg for argument in node.args.kwonlyargs]
    assert words.index("at") == words.index("by") + 1
    after = zip(reversed(node.args.kwonlyargs), reversed(node.args.kw_defaults), strict=True)
    optional = {argument.arg for argument, default in after if default is not None}
    assert set(words[words.index("at") + 1 :]) <= optional, "what must be given stands before by= and at="


@pytest.mark.parametrize("name", VERBS)
def test_an_action_asks_before_it_writes(name: str) -> None:
    others = {node.name for other, node in VERBS.items() if other != name}
    if VERBS[name].name not in ASKED_ELSEWHERE:
        assert _called(VERBS[name]) & (others | {"require"}), "require(by, verb), or another action that does"


@pytest.mark.parametrize("name", VERBS)
def test_an_action_says_what_it_does(name: str) -> None:
    assert ast.get_docstring(VERBS[name])
    assert VERBS[name].returns is not None

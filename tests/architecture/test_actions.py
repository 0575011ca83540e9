from __future__ import annotations

import ast

import pytest

from tests.architecture.places import ROOT, action_functions

ACTIONS = {name: node for name, node in action_functions() if any(a.arg == "by" for a in node.args.kwonlyargs)}
# Facilities that actions use: they write on behalf of one that has asked already.
FACILITIES = {"changed", "enqueue", "record", "undo_some"}
# The permission is the one-time link that the person holds, or the job whose last words these are.
ASKED_ELSEWHERE = {"set_password", "abandon_import"}
# Actions that leave no event of their own, each for its reason. An action that calls another is covered by that one's.
NO_EVENT = {
    "begin_authenticator": "a secret that opens nothing before a code of it was typed, which is the event",
    "check_import": "a dry run: changes counts that wait for an answer, nothing that the import is about",
    "count_viewings": "who looked is kept in rows of its own: an event for each page would drown the trail",
    "clean_generations": "removes derived files that nothing points at any more",
    "forget_answers": "removes answers kept for repeated requests when their day is over",
    "forget_viewings": "removes who saw whom when it has been kept for a year",
    "look_at_file": "fills in what the received file is; its receipt is the event",
    "place_customers": "derives list rows from a valuation or from a decision, which are the events",
    "prepare_bulk": "keeps a wish that changes nothing; its start is the event",
    "prune": "removes one-time links and sign-in counters that have run out",
    "prune_jobs": "removes rows of the queue that have run out",
    "purge_trash": "empties a trash whose rows were each told when they went into it",
    "refresh_mirror": "copies list rows into a derived file; losing it loses nothing",
    "rehearse_import": "keeps nothing",
    "seal_events": "writes seals over events; an event about it would need a seal",
    "run_plan_now": "queues work; what it finds is the event",
    "see_notices": "what somebody has looked at among their own notices",
    "start_bulk_undo": "queues work; the job's end is the event",
    "start_import": "queues work; the job's end is the event",
    "start_undo": "queues work; the job's end is the event",
}
# The queue stands below events: it tells a fact that events hears and records. Whoever counts an export records it.
TOLD_BELOW = {"tell", "record", "record_event", "count_export"}
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


def _reach(name: str) -> set[str]:
    """Everything that an action calls: itself, through its file's own functions, and through other actions."""
    path = ROOT / name.partition(":")[0]
    local = {
        node.name: _called(node)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    others = {node.name: other for other, node in VERBS.items() if other != name}
    found: set[str] = set()
    waiting = _called(VERBS[name])
    while waiting:
        word = waiting.pop()
        if word in found:
            continue
        found.add(word)
        waiting |= local.get(word, set()) | (_called(VERBS[others[word]]) if word in others else set())
    return found


@pytest.mark.parametrize("name", VERBS)
def test_an_action_records_what_it_did_or_says_why_not(name: str) -> None:
    if VERBS[name].name in NO_EVENT:
        assert not _reach(name) & TOLD_BELOW, "it records an event: take it off the list"
    else:
        assert _reach(name) & TOLD_BELOW, "record(…) in the same transaction, or a reason in NO_EVENT"


def test_every_reason_belongs_to_an_action() -> None:
    assert {node.name for node in VERBS.values()} >= NO_EVENT.keys()

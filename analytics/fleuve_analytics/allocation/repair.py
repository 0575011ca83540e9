"""Whole contacts out of divided ones: the best pair of changes, again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.allocation.draft import Draft
from fleuve_analytics.allocation.limits import Limits
from fleuve_analytics.allocation.people import People
from fleuve_analytics.allocation.prices import Task
from fleuve_analytics.numerics import FloatArray, IntArray

__all__ = ["improve", "trim"]

# Changes looked at in pairs: their square times the limits are the numbers of one round (a few milliseconds).
CHANGES = 300
ROUNDS = 60


def trim(task: Task, draft: Draft, prices: FloatArray) -> None:
    """Drop the contacts that bring least at these prices until every limit is kept.

    Always possible without least volumes: the last resort, when the few shared out cannot make up for the others.
    """
    over, contacts = -task.limits.most - task.limits.leeway / 2, []
    for part in task.people():
        option, person = draft.contacts(part)
        over = over + task.limits.used(part.totals(option, person))
        net = part.net(task.own, *task.limits.charges(prices))[option, person]
        contacts.append((part.rows[person], option, net, part.cost_of(option, person)))
    rows, options, nets, costs = (np.concatenate(column) for column in zip(*contacts, strict=True))
    uses = task.limits.per_contact[:, options] + task.limits.per_money[:, options] * costs
    kept, order = np.ones(len(rows), dtype=np.bool_), np.argsort(nets, kind="stable")
    for row in range(len(over)):
        excess = over[row] - uses[row, ~kept].sum()
        using = order[kept[order] & (uses[row, order] > 0)]
        given_back = np.cumsum(uses[row, using])
        kept[using[: int(np.searchsorted(given_back, excess)) + 1 if excess > 0 else 0]] = False
    for part in task.people():
        first, last = np.searchsorted(rows, [part.rows[0], part.rows[-1] + 1])
        own = np.arange(first, last)[kept[first:last]]
        draft.write(part, options[own], rows[own] - part.rows[0])


@dataclass(frozen=True)
class _Changes:
    """What may change for a person: a contact less, a contact more, or one for another (−1: none)."""

    less: IntArray
    more: IntArray
    person: IntArray


def improve(
    few: People,
    pairs: tuple[IntArray, IntArray],
    made: npt.NDArray[np.bool_],
    limits: Limits,
    own: float,
    per_person: int,
) -> npt.NDArray[np.bool_] | None:
    """Which of the possible contacts to make, from `made`: first until the limits are kept, then for more value.

    pairs: the possible contacts as options and people (places in `few`), the likeliest to change first. None when no
    two changes bring the limits nearer before they are kept.
    """
    option, person = pairs
    if not len(option):
        return made if (limits.most + limits.leeway >= 0).all() else None
    gain = np.r_[few.worth[pairs] - own * few.cost_of(*pairs), 0.0]
    uses = limits.per_contact[:, option] + limits.per_money[:, option] * few.cost_of(*pairs)
    unit = np.maximum(np.abs(uses).max(axis=1, initial=0.0), 1e-300)
    # A last contact of nobody that uses nothing: index −1 stands for none.
    uses, room = np.c_[uses, np.zeros(len(unit))] / unit[:, np.newaxis], (limits.most + limits.leeway / 2) / unit
    made = made.copy()
    for _ in range(ROUNDS):
        left = room - uses[:, :-1] @ made
        changes = _changes(person, made, per_person)
        worth = gain[changes.more] - gain[changes.less]
        used = uses[:, changes.more] - uses[:, changes.less]
        chosen = _best_two(changes.person, worth, used, left)
        if chosen is None:
            return made if (left >= 0).all() else None
        for change in chosen:
            for place, is_made in ((changes.less[change], False), (changes.more[change], True)):
                if place >= 0:
                    made[place] = is_made
    return made if (room >= uses[:, :-1] @ made).all() else None


def _changes(person: IntArray, made: npt.NDArray[np.bool_], per_person: int) -> _Changes:
    """The first of all possible changes, and one that changes nothing (of nobody, person −1)."""
    count = np.bincount(person[made], minlength=int(person.max(initial=0)) + 1)
    out, into = np.flatnonzero(made), np.flatnonzero(~made)
    free = into[count[person[into]] < per_person]
    less, more = np.nonzero(person[out][:, np.newaxis] == person[into])
    all_less = np.r_[-1, out, np.full(len(free), -1), out[less]]
    all_more = np.r_[-1, np.full(len(out), -1), free, into[more]]
    order = np.argsort(np.maximum(all_less, all_more), kind="stable")[:CHANGES]
    all_less, all_more = all_less[order], all_more[order]
    whose = np.where(all_less >= 0, person[all_less], person[all_more])
    return _Changes(all_less, all_more, np.where(np.maximum(all_less, all_more) >= 0, whose, -1))


def _best_two(person: IntArray, worth: FloatArray, used: FloatArray, left: FloatArray) -> list[int] | None:
    """The two changes of different people that help most: keep the limits if they are passed, else bring more."""
    excess = np.zeros((len(worth), len(worth)))
    for row, room in zip(used, left, strict=True):
        excess += np.maximum(row[:, np.newaxis] + row - room, 0.0)
    total = worth[:, np.newaxis] + worth
    same = (person[:, np.newaxis] == person) & (person[:, np.newaxis] >= 0)
    excess[same] = np.inf
    now = float(np.maximum(-left, 0.0).sum())
    if now > 0:
        least = float(excess.min())
        if least >= now * (1 - 1e-9):
            return None
        total = np.where(excess <= least * (1 + 1e-9), total, -np.inf)
    else:
        total = np.where(excess <= 0, total, -np.inf)
        if not total.max() > 1e-12 * float(np.abs(worth).max()):
            return None
    first, second = np.unravel_index(int(total.argmax()), total.shape)
    return [int(first), int(second)]

"""Plays worlds in Odoo and compares the ledger with the oracle, run by run; runs inside an Odoo shell."""

import time
import traceback
from collections import Counter
from dataclasses import replace
from functools import partial

from . import rules
from .odoo_world import Built, Company, drop_zeros, on_the_day
from .world import describe, random_world


class Comparison:
    """A world played in Odoo inside a savepoint that is rolled back; `found` says in lines what differs."""

    def __init__(self, company, world):
        self.company = company
        self.world = world
        self.compared = 0
        self.found = []
        savepoint = company.env.cr.savepoint(flush=True)
        metrics = dict(company.metrics)
        try:
            self._play()
        except Exception:
            self.found.append(traceback.format_exc(limit=-4))
        finally:
            company.env.clear()
            savepoint.close(rollback=True)
            company.env.clear()
            company.metrics = metrics

    def _play(self):
        world, built, books = self.world, Built(self.company, self.world), rules.Books(self.world)
        events, versions, confirmed = (), (), {}
        for number, phase in enumerate(world.phases, start=1):
            built.play(phase, len(versions))
            events, versions = events + phase.events, versions + phase.versions
            built.compute()
            if built.compute():
                self.found.append(f"phase {number}: the second run adds entries")
            books.post(rules.due(world, events, versions))
            amounts, commissions, _statements = built.ledger()
            self._compare(f"phase {number}", drop_zeros(books.posted), amounts)
            self._compare(f"phase {number}, statement", drop_zeros(books.statements), commissions)
            if self.found:
                return
            for payee, month in sorted(built.confirm(phase.confirm)):
                books.locked.add((payee, month))
                confirmed.setdefault(payee, {})[month] = books.statements[payee, month]
            settled = {
                (payee, month): figures
                for payee, earned in confirmed.items()
                for month, figures in rules.settle(world, payee, earned).items()
            }
            self._compare(f"phase {number}, settlement", settled, built.ledger()[2])

    def _compare(self, label, expected, actual):
        for key in sorted({*expected, *actual}, key=str):
            self.compared += 1
            right, wrong = expected.get(key, 0), actual.get(key, 0)
            if right != wrong:
                self.found.append(f"{label}: {' '.join(map(str, key))}: expected {_text(right)}, ledger {_text(wrong)}")

    def text(self):
        """The differences, and the world as Python that makes it again."""
        return "\n".join([f"seed {self.world.seed}", *self.found[:12], describe(self.world)])

    def shrunk(self, seconds=60):
        """Leave parts out of the world as long as it still differs; returns the comparison of what is left."""
        end = time.monotonic() + seconds
        smallest, smaller = self, "Traceback" not in self.found[0]
        while smaller:
            smaller = False
            for candidate in _smaller(smallest.world):
                if time.monotonic() > end:
                    return smallest
                comparison = Comparison(self.company, candidate)
                if comparison.found and "Traceback" not in comparison.found[0]:
                    smallest, smaller = comparison, True
                    break
        return smallest


def _text(value):
    return "/".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _replaced(phases, place, changed):
    return (*phases[:place], *changed, *phases[place + 1 :])


def _smaller(world):
    """The world without one of its parts."""
    for place, phase in enumerate(world.phases):
        phases = partial(_replaced, world.phases, place)
        if place and place == len(world.phases) - 1:
            yield replace(world, phases=phases(()))
        for event in phase.events:
            events = tuple(
                other
                for other in phase.events
                if other is not event and getattr(other, "of", None) != getattr(event, "name", "")
            )
            yield replace(world, phases=phases((replace(phase, events=events),)))
        if phase.confirm:
            yield replace(world, phases=phases((replace(phase, confirm=phase.confirm[:-1]),)))
    slots = len(world.rules) and len(world.phases[0].versions[0].rules)
    for slot in range(slots if slots > 1 else 0):
        yield replace(
            world,
            phases=tuple(
                replace(
                    phase,
                    versions=tuple(
                        replace(version, rules=version.rules[:slot] + version.rules[slot + 1 :])
                        for version in phase.versions
                    ),
                )
                for phase in world.phases
            ),
        )
    for place in range(len(world.assignments)):
        yield replace(world, assignments=world.assignments[:place] + world.assignments[place + 1 :])
    for name, value in (
        ("clawback_days", 0), ("pay_after_leaving", True), ("targets", ()), ("credit_notes", "own"),
        ("period", "month"),
    ):  # fmt: skip
        if getattr(world, name) != value:
            yield replace(world, **{name: value})


def main(env, seeds, features=None, seconds=None, shrinking=True, tell=print):
    """Compare the worlds of the seeds until time is up.

    :param features: what the worlds may hold; default: a few at random for each
    :param shrinking: whether a world that differs is made as small as it goes
    :return: {'worlds': n, 'documents': n, 'amounts': n, 'kinds': {feature: worlds}, 'differences': [text of each]}
    """
    end = seconds and time.monotonic() + seconds
    result = {"worlds": 0, "documents": 0, "amounts": 0, "kinds": Counter(), "differences": []}
    company = Company(env)
    with on_the_day(env):
        for seed in seeds:
            if end and time.monotonic() > end:
                break
            world = random_world(seed, features)
            comparison = Comparison(company, world)
            result["worlds"] += 1
            result["documents"] += len(world.events)
            result["amounts"] += comparison.compared
            result["kinds"].update(world.features)
            if comparison.found:
                text = comparison.shrunk().text() if shrinking else comparison.text()
                result["differences"].append(text)
                tell(text)
    return result

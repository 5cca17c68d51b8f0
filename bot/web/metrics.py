"""The same facts as the health page, as Prometheus reads them: numbers, and no word about any person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prometheus_client.metrics_core import Metric

    from bot.web.vitals import Vitals

NAME = "not_in_our_name"
_COUNTED = {
    "judged": "Mentions that were judged, each once, since the database was made.",
    "posted": "Replies that were posted, those taken back later too.",
    "refused": "Proposed replies that a reviewer dismissed.",
}


def exposition(found: Vitals) -> bytes:
    """The metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(found))
    return generate_latest(registry)


class _Collected(Collector):
    """One answer of the bot, as metrics."""

    def __init__(self, found: Vitals) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        """Every metric, in the order of the page."""
        found = self._found
        yield _gauge(
            "safe_mode",
            "1 while the bot could not start and nothing is read, decided or posted.",
            bool(found.safe_mode),
        )
        yield _gauge("store", "1 while the database answers.", not (found.store or found.safe_mode))
        yield _gauges(
            "account_lag_seconds",
            "How long ago an account was last read to the end; since the start, if it was not.",
            "account",
            {name: found.unread_for(name).total_seconds() for name in found.polled},
        )
        yield _gauges("trouble", "What fails now and is tried again.", "what", dict.fromkeys(found.troubles, 1))
        faults = CounterMetricFamily(f"{NAME}_faults", "Attempts that failed since the start.", labels=["what"])
        for what, number in found.faults.items():
            faults.add_metric([what], number)
        yield faults
        if found.awake:
            yield from self._stored()

    def _stored(self) -> Iterable[Metric]:
        """What the database tells: absent while it does not, because a nought would be a lie."""
        found = self._found
        states = {state.value: found.cases.get(state.value, 0) for state in State if state is not State.CLOSED}
        yield _gauges("cases", "Cases that are not closed, by state.", "state", states)
        yield _gauge(
            "unconfirmed", "Replies of which a person must say whether they were posted.", states["unconfirmed"]
        )
        oldest = 0.0 if found.oldest is None else (found.now - found.oldest).total_seconds()
        yield _gauge("queue_oldest_seconds", "Age of the oldest case that waits.", oldest)
        yield _gauge("incidents", "Pile-ons of which a post waits for a decision.", found.incidents)
        yield from self._acknowledged()
        yield _gauges("paused", "What a person has paused.", "scope", dict.fromkeys(found.paused, 1))
        for name, meaning in _COUNTED.items():
            yield CounterMetricFamily(f"{NAME}_{name}", meaning, found.totals.get(name, 0))

    def _acknowledged(self) -> Iterable[Metric]:
        """How long escalations wait for somebody; a span is absent where there was none."""
        told = self._found.acknowledged
        if told is None:
            return
        spans = {"median": told.median, "worst": told.worst}
        yield _gauges(
            "acknowledgement_seconds",
            "How long the escalations of the last 28 days waited until somebody had them.",
            "of",
            {name: span.total_seconds() for name, span in spans.items() if span is not None},
        )
        oldest = 0.0 if told.oldest is None else (self._found.now - told.oldest).total_seconds()
        yield _gauge("unacknowledged", "Escalations of the last 28 days that nobody has acknowledged.", told.waiting)
        yield _gauge("unacknowledged_oldest_seconds", "Since when the first of them rings.", oldest)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{NAME}_{name}", meaning, value)


def _gauges(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"{NAME}_{name}", meaning, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family

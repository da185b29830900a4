"""The page's part about a soak: what was expected, and what came of it."""

import os
from dataclasses import dataclass

from tests.soak.clients import astray
from tests.soak.run import Soak
from tests.soak.verdict import hooked, polled


@dataclass(frozen=True)
class Report:
    """The text for the page, and each thing that was amiss."""

    text: str
    amiss: list[str]


def report(soak: Soak, database: str) -> Report:
    """Compare, count and describe."""
    polls = polled(soak.world, soak.pollers)
    hooks, again = hooked(soak.world, soak.service.receiver)
    lost, doubled = astray(soak.service.sandbox, soak.actors)
    done = sum(actor.done for actor in soak.actors)
    repeated = sum(actor.repeated for actor in soak.actors)
    strays, untold = soak.line.astray(), soak.line.untold()
    seconds = soak.ended - soak.began
    counts = soak.line.statuses
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    title = (
        f"{seconds / 60:.0f} minutes on {database}, {soak.polls / seconds:.1f} polls a second, of a"
        f" machine with {os.cpu_count()} processors that others use too (load {load}):"
    )
    lines = [
        title,
        "",
        "| | Expected | Lost | Doubled or made up |",
        "| --- | ---: | ---: | ---: |",
        f"| Events told to polls | {polls.expected:,} | {len(polls.lost)} | {len(polls.doubled)} |",
        (
            f"| Events sent to hooks; {again} came again under their id"
            f" | {hooks.expected:,} | {len(hooks.lost)} | {len(hooks.doubled)} |"
        ),
        (
            f"| Writes done at ReturnGO; {repeated} were asked for again when they were done"
            f" | {done:,} | {len(lost)} | {len(doubled)} |"
        ),
        "",
        "| Trouble | At minute | All well after (s) | 500 and above | No answer | 429 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for window in soak.line.windows:
        inside = [
            each
            for each in soak.line.answers
            if each.began <= window.ended and each.ended >= window.began
        ]
        unanswered = sum(not each.status for each in inside)
        failed = sum(each.is_failure for each in inside) - unanswered
        throttled = sum(each.status == 429 for each in inside)
        lines.append(
            f"| {window.trouble} | {(window.began - soak.began) / 60:.1f}"
            f" | {window.ended - window.began:.1f} | {failed} | {unanswered} | {throttled} |"
        )
    lines += [
        f"| none of these: failures while nothing was down | | | {len(strays)} | | |",
        "",
        f"Answers of 400 and above without a sentence: {len(untold)}. Answers by status: "
        + "; ".join(f"{kind}: {_counted(counts[kind])}" for kind in ("poll", "action"))
        + ".",
        "",
        "| Memory (PSS) | Minutes | First (MB) | Last (MB) | Slope (MB an hour) |",
        "| --- | ---: | ---: | ---: | ---: |",
        *soak.memory.rows((soak.began + soak.ended) / 2),
    ]
    amiss = [
        *(f"poll lost: {each}" for each in polls.lost),
        *(f"poll doubled: {each}" for each in polls.doubled),
        *(f"hook lost: {each}" for each in hooks.lost),
        *(f"hook doubled: {each}" for each in hooks.doubled),
        *(f"write lost: {each}" for each in lost),
        *(f"write doubled: {each}" for each in doubled),
        *(
            f"astray at {(each.began - soak.began):.1f}-{(each.ended - soak.began):.1f} s:"
            f" {each.status} {each.call} {each.text}"
            for each in strays
        ),
        *(f"no sentence: {each.status} {each.call} {each.text}" for each in untold),
        *soak.troubles.failed,
    ]
    return Report("\n".join(lines), amiss)


def _counted(statuses: dict[int, int]) -> str:
    return ", ".join(f"{status or 'none'}: {times:,}" for status, times in sorted(statuses.items()))

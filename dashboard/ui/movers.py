"""
What moved a figure since the period before, in one sentence: worked out of the rows, never invented.
"""

from __future__ import annotations

from typing import Final

from dashboard.metrics import Kpi, kpi
from dashboard.metrics.contributions import Moved, Why, contributions, moved
from dashboard.periods import Period
from dashboard.ui.cards import Card
from dashboard.ui.figures import Figures, Values
from dashboard.ui.literal import literal
from dashboard.ui.page import Look
from dashboard.ui.remembering import remembered
from dashboard.words import Words, msgid

# Who answers for it, and what it was sold as: what a board can act upon.
BY: Final[tuple[str, ...]] = ("branch_id", "product_line")

_NOTHING: Final = {
    Why.NOT_COMPARED: msgid("There is nothing to compare it with."),
    Why.TOO_FEW: msgid("Too few cases to say what moved it."),
    Why.CHANCE: msgid("It moved no more than by chance."),
    Why.SPREAD: msgid("Its change is spread: no branch or product line stands out."),
}


@remembered
def moved_of(figures: Figures, values: Values, name: str, period: Period, comparison: Period) -> Moved:
    """
    What moved a rate or a duration between two periods: see `metrics.contributions`.
    """
    each = kpi(name)
    now, before = figures.one(name, period, values), figures.one(name, comparison, values)
    min_n = max(figures.settings.display.minimum_cases, each.min_n)
    at_first = moved(now, before, {}, min_n=min_n)
    if at_first.why is not Why.SPREAD:
        # Where there is nothing to explain, rows need not be asked.
        return at_first
    judged, chosen = figures.judged(each.fact, values), dict(values)
    # A single one of them is the whole, and explains nothing.
    split_by = [by for by in BY if by in figures.recorded(each.fact) and len(chosen.get(by, BY)) > 1]
    found = {by: contributions(each, judged, now=period, before=comparison, by=by) for by in split_by}
    return moved(now, before, found, min_n=min_n)


def moved_in_words(look: Look, card: Card) -> str:
    """
    The sentence for a card: which branch or product line moved its figure most, how, and by how much.
    """
    words, selection = look.ctx.words, look.selection
    if selection.comparison is None or card.now["not_recorded"]:
        return words.text(_NOTHING[Why.NOT_COMPARED])
    found = moved_of(look.figures, selection.values, card.kpi.id, selection.period, selection.comparison)
    return in_words(found, card.kpi, literal(look.names.of(found.by, found.group)) if found.by else "", words)


def in_words(found: Moved, of: Kpi, group: str, words: Words) -> str:
    """
    What moved a figure, as a sentence.

    Args:
        found: As `metrics.contributions.moved` gives it.
        of: The figure's KPI.
        group: The name of the group that moved it, as Markdown; unused where there is none.
        words: The reader's language.
    """
    if found.row is None or found.change is None:
        return words.text(_NOTHING[found.why])
    row = found.row
    if of.quantile is not None:
        return words.text(
            "Mostly {group}: had it taken as long as before, it would be {value}.",
            group=group,
            value=words.figure(row["otherwise"], of.unit),
        )
    blanks = {"group": group, "part": words.points(row["contribution"]), "change": words.points(found.change)}
    if found.is_mix:
        return words.text(
            "Mostly the mix: {group} is {now} of them, was {before}; {part} of {change}.",
            before=words.percent(row["part_before"]),
            now=words.percent(row["part"]),
            **blanks,
        )
    blanks |= {"before": words.percent(row["value_before"]), "now": words.percent(row["value"])}
    if abs(row["contribution"]) > abs(found.change):
        return words.text("Mostly {group}, {before} to {now}: {part}, partly made up for elsewhere.", **blanks)
    return words.text("Mostly {group}, {before} to {now}: {part} of {change}.", **blanks)

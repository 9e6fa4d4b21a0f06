"""
What exactly does each figure count, by which rule is it judged, and which facts is it made of?
"""

from __future__ import annotations

from dashboard.ui.context import Context
from dashboard.ui.definitions import facts_in_the_contract, figures_defined
from dashboard.ui.page import heading
from dashboard.ui.rules import claim_rules_in_force, report_rules_in_force, rule_in_force, rules_known

# It judges nothing, so its day is the last one that is over.
FACTS: tuple[str, ...] = ()


def render(ctx: Context) -> None:
    """
    The registry's definitions, the rule in force and the others known, and the data contract.
    """
    ctx.require("method")
    text = ctx.words.text
    heading(ctx, text("Method"), text("What does each figure count, by which rule, from which facts?"))
    figures_defined(ctx)
    rule_in_force(ctx)
    claim_rules_in_force(ctx)
    report_rules_in_force(ctx)
    rules_known(ctx)
    facts_in_the_contract(ctx)

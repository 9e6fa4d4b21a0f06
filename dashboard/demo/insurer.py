"""
The whole insurer, as a stream of table parts: first who works here, then customers, chunk by chunk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import polars as pl

from dashboard.demo.after_sale_books import AfterSaleLedger
from dashboard.demo.application_books import ApplicationLedger
from dashboard.demo.applications import application_rows
from dashboard.demo.books import Books
from dashboard.demo.claim_books import ClaimLedger
from dashboard.demo.claim_case import cases_of_claims
from dashboard.demo.claim_course import claims_of
from dashboard.demo.claim_planted import PlantedClaims
from dashboard.demo.claim_rows import claim_rows
from dashboard.demo.claims import Claims
from dashboard.demo.columns import NEVER, Array
from dashboard.demo.complaint_books import ComplaintLedger, spoiled_rows
from dashboard.demo.complaint_case import cases_of
from dashboard.demo.complaint_course import complaints_of
from dashboard.demo.complaint_leavers import blame_leavers
from dashboard.demo.complaint_planted import PlantedComplaints
from dashboard.demo.complaint_rows import complaint_rows
from dashboard.demo.complaint_sellers import blame_seller
from dashboard.demo.complaints import Complaints
from dashboard.demo.contract_rows import campaign_rows, event_rows, instalment_rows, renewal_rows
from dashboard.demo.customers import Chunk, contact_history, contacts_of, customer_rows, customers_of
from dashboard.demo.lives import Lives, lives_of
from dashboard.demo.misconduct_books import misconduct_figures
from dashboard.demo.names import LINES, team_id
from dashboard.demo.people import Tables, learning, organise, places, workforce
from dashboard.demo.people_books import PeopleLedger
from dashboard.demo.plan import CHUNK_CUSTOMERS, Plan
from dashboard.demo.policies import YEARS, Policies, in_year, policies_of, policy_rows
from dashboard.demo.production import Production
from dashboard.demo.renewal_books import RenewalLedger
from dashboard.demo.renewal_case import holders_of, members_of, premiums_of, renewals_of
from dashboard.demo.renewal_course import add_campaigns, add_circumstances
from dashboard.demo.renewal_planted import PlantedRenewals
from dashboard.demo.sales_conduct_books import SalesConductLedger
from dashboard.demo.service_books import ServiceLedger
from dashboard.demo.sums import agent_id

EARLIER_DAYS = 180


class Insurer:
    """
    Makes the tables of one plan and keeps the books meanwhile.

    Iterate over `parts` to the end, then ask for `books`.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.organisation = organise(plan)
        self.production = Production(plan)
        self.earlier = plan.as_of - timedelta(days=EARLIER_DAYS)
        self.ledgers = {
            name: ComplaintLedger(day, self.production.closed_by(day))
            for name, day in (("as_of", plan.as_of), ("earlier", self.earlier))
        }
        self.claim_ledgers = {name: ClaimLedger(ledger.day) for name, ledger in self.ledgers.items()}
        self.renewal_ledgers = {name: RenewalLedger(ledger.day) for name, ledger in self.ledgers.items()}
        self.people = workforce(plan, self.organisation) | learning(plan, self.organisation)
        self.people_ledgers = {
            name: PeopleLedger(ledger.day, self.organisation, self.people) for name, ledger in self.ledgers.items()
        }
        self.conduct_ledgers = {
            name: SalesConductLedger(ledger.day, self.organisation) for name, ledger in self.ledgers.items()
        }
        self.after_sale_ledgers = {
            name: AfterSaleLedger(ledger.day, self.organisation) for name, ledger in self.ledgers.items()
        }
        self.application_ledgers = {
            name: ApplicationLedger(ledger.day, self.organisation) for name, ledger in self.ledgers.items()
        }
        self.service_ledgers = {
            name: ServiceLedger(ledger.day, self.organisation) for name, ledger in self.ledgers.items()
        }
        self.planted_renewals = PlantedRenewals(plan)
        self.planted_claims = PlantedClaims(plan)
        self.planted_complaints = PlantedComplaints(plan, plan.as_of)
        self.spoiled_complaints: Counter[str] = Counter()
        self.spoiled_claims = 0

    @property
    def chunks(self) -> list[Chunk]:
        """
        The blocks of customers, in order.
        """
        total = self.plan.customers
        parts = -(-total // CHUNK_CUSTOMERS)
        bounds = [total * number // parts for number in range(parts + 1)]
        return [Chunk(number, bounds[number], bounds[number + 1] - bounds[number]) for number in range(parts)]

    def parts(self) -> Iterator[tuple[str, float, Tables]]:
        """
        Parts of tables, parents before children, each with a word for it and the share done so far.
        """
        yield "organisation", 0.0, places(self.plan)
        yield "organisation", 0.01, self.people | {"campaign": campaign_rows(self.plan)}
        chunks = self.chunks
        for chunk in chunks:
            done = 0.03 + 0.87 * chunk.number / len(chunks)
            for number, (what, tables) in enumerate(self._chunk(chunk)):
                yield what, done + 0.87 / len(chunks) * number / 8, tables
        yield "ledger", 0.9, {"production_month": self.production.rows(), "demo_origin": self._origin()}

    @property
    def misselling_agent(self) -> int:
        """
        The position of the agent who sells badly.
        """
        return self.organisation.longest_here(self.plan.misselling_team)

    def books(self, rows: dict[str, int]) -> Books:
        """
        The books, once everything has been made.
        """
        contracts = self.production.ledger()
        return Books(
            seed=self.plan.seed,
            scale=self.plan.scale,
            as_of=self.plan.as_of.isoformat(),
            earlier=self.earlier.isoformat(),
            rows=dict(sorted(rows.items())),
            spoiled={
                "complaints": dict(sorted(self.spoiled_complaints.items())),
                "claims": {"negative": self.spoiled_claims},
            },
            figures={
                at: ledger.figures(contracts)
                | self.claim_ledgers[at].figures()
                | self.renewal_ledgers[at].figures()
                | self.people_ledgers[at].figures()
                | misconduct_figures(ledger.day, self.organisation, self.people["conduct_case"])
                | self.application_ledgers[at].figures()
                | self.service_ledgers[at].figures()
                | self.conduct_ledgers[at].figures()
                | self.after_sale_ledgers[at].figures()
                for at, ledger in self.ledgers.items()
            },
            planted={
                "weak_team": team_id(self.plan.weak_team),
                "untrained_team": team_id(self.plan.untrained_team),
                "misselling_agent": agent_id(self.misselling_agent),
            }
            | self.planted_renewals.planted()
            | self.planted_claims.planted()
            | self.planted_complaints.planted(),
        )

    def _chunk(self, chunk: Chunk) -> Iterator[tuple[str, Tables]]:
        plan = self.plan
        customers = customers_of(plan, self.organisation, chunk)
        policies = policies_of(plan, self.organisation, customers)
        lives = lives_of(plan, policies)
        contacts, talked = contacts_of(plan, customers)
        joined, talk = contact_history(plan, customers, self._first_issued(policies), talked)
        talk = add_campaigns(plan, policies, lives, joined=joined, talk=talk)
        held = _lines_held(policies, lives)
        known = customer_rows(plan, self.organisation, customers, lines=held, joined=joined, talk=talk)
        yield "customers", known
        yield "contacts", {"contact": contacts}
        for service_ledger in self.service_ledgers.values():
            service_ledger.add(contacts, known["customer"], customers)
        applications, position = application_rows(plan, self.organisation, customers, policies)
        yield "applications", applications
        for application_ledger in self.application_ledgers.values():
            application_ledger.add(applications["application"], customers)
        for conduct_ledger in self.conduct_ledgers.values():
            conduct_ledger.add(applications, customers)
        events, last_event = event_rows(plan, policies, lives)
        last_event = np.fmax(last_event, _last_renewal(policies, lives))
        contracts = policy_rows(
            plan,
            customers,
            policies,
            applications=position,
            expires_on=lives.expires_on,
            replaced=lives.replaced,
            events_at=last_event,
        )
        yield "policies", {"policy": contracts, "policy_event": events}
        yield "premiums", {"premium_instalment": instalment_rows(policies, lives)}
        claims = claims_of(plan, self.organisation, policies, lives)
        yield "claims", claim_rows(plan, claims)
        made = complaints_of(plan, self.organisation, policies, claims)
        blame_seller(plan, self.misselling_agent, policies, made)
        blame_leavers(plan, policies, lives, made)
        for after_sale_ledger in self.after_sale_ledgers.values():
            after_sale_ledger.add(contracts, events, made, customers)
        yield "complaints", complaint_rows(plan, made)
        self._last_year(policies, lives, claims, made)
        yield "renewals", renewal_rows(plan, customers, policies, lives)
        about_contracts = (
            renewals_of(customers, policies, lives),
            premiums_of(policies, lives),
            holders_of(customers, held, joined, talk),
            members_of(customers, policies, lives),
        )
        for renewal_ledger in self.renewal_ledgers.values():
            renewal_ledger.add(*about_contracts)
        self._keep_books(policies, lives, claims, made)

    def _first_issued(self, policies: Policies) -> Array:
        """
        When each customer's first contract was issued.
        """
        first = np.full(policies.chunk.size, self.plan.cut)
        np.minimum.at(first, policies.owner, policies.issued_at)
        return np.where(first < self.plan.cut, first, NEVER)

    def _last_year(self, policies: Policies, lives: Lives, claims: Claims, made: Complaints) -> None:
        """
        Tell each renewal what came in the year that ends with it.
        """
        asked = lives.renewals["policy"] * YEARS + lives.renewals["year"]
        of_claims = in_year(policies, claims.policy, claims.reported)
        known = made.policy >= 0
        of_complaints = in_year(policies, made.policy[known], made.received[known])
        size = policies.size * YEARS
        add_circumstances(
            self.plan,
            policies,
            lives,
            claims=np.bincount(of_claims, minlength=size)[asked],
            complaints=np.bincount(of_complaints, minlength=size)[asked],
        )

    def _keep_books(self, policies: Policies, lives: Lives, claims: Claims, made: Complaints) -> None:
        self.production.add(policies, lives)
        for people_ledger in self.people_ledgers.values():
            people_ledger.add(policies)
        self.planted_renewals.add(policies, lives)
        written = cases_of_claims(claims)
        for claim_ledger in self.claim_ledgers.values():
            claim_ledger.add(written)
        self.planted_claims.add(claims, written)
        self.spoiled_claims += int(claims.is_negative.sum())
        self.spoiled_complaints += spoiled_rows(made)
        for case in cases_of(made, policies):
            for ledger in self.ledgers.values():
                ledger.add(case)
            self.planted_complaints.add(case)

    def _origin(self) -> pl.DataFrame:
        plan = self.plan
        return pl.DataFrame(
            {"origin_no": [1], "seed": [str(plan.seed)], "scale": [str(plan.scale)], "as_of": [plan.as_of]}
        )


def _lines_held(policies: Policies, lives: Lives) -> Array:
    """
    Customers × product lines, true where a contract is in force.
    """
    held = np.zeros((policies.chunk.size, len(LINES)), bool)
    running = np.isnat(lives.ended_on)
    held[policies.owner[running], policies.line[running]] = True
    return held


def _last_renewal(policies: Policies, lives: Lives) -> Array:
    last = policies.issued_at.copy()
    known = lives.renewals["known_on"]
    there = ~np.isnat(known)
    at = known[there].astype("datetime64[s]") + np.timedelta64(18 * 3600, "s")
    np.maximum.at(last, lives.renewals["policy"][there], at)
    return last

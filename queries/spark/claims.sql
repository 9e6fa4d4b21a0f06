-- fact: claims
-- grain: one row per group of claims alike in all that the figures look at; cases says how many
--
-- The cluster groups, so that of a billion claims the groups travel. Two claims are alike if the
-- same happened to them on the same days: a duration needs both its days in the key, and a claim
-- that is paid tomorrow moves to another group. So there is no watermark, and each load is full.
-- What only one claim has (numbers, customers, handlers, amounts) is left out, and with it lists
-- of cases and what is told by amount. The time of a claim's cycle is measured in hours; in whole
-- days, as here, it is right to a day. An audit before payment, which days can't tell from one
-- after it, is a touch. Claims that can't be right must be left out: in a group nobody sees them.

with alike as (
    select
        to_date(claim.reported_at) as reported_at,
        claim.product_line,
        claim.claim_type,
        claim.channel,
        claim.branch_id,
        claim.team_id,
        to_date(claim.documents_first_at) as documents_first_at,
        to_date(claim.documents_requested_at) as documents_requested_at,
        to_date(claim.documents_completed_at) as documents_completed_at,
        to_date(claim.decided_at) as decided_at,
        to_date(claim.agreed_at) as agreed_at,
        to_date(claim.refusal_told_at) as refusal_told_at,
        to_date(claim.paid_at) as paid_at,
        to_date(claim.closed_at) as closed_at,
        to_date(claim.overturned_at) as overturned_at,
        claim.decision,
        claim.documents_submitted,
        claim.documents_fetched,
        claim.progress_due,
        claim.progress_sent,
        claim.auto_eligible,
        claim.auto_decided,
        least(claim.touches_before_decision, 1) as touches_before_decision,
        greatest(
            least(claim.touches_total, 1),
            case when claim.audited_at < claim.paid_at then 1 else 0 end
        ) as touches_total,
        claim.fallout_reason,
        claim.instant_eligible,
        claim.instant_paid,
        count(*) as cases
    from claim
    group by all
)

select
    md5(
        to_json(
            struct(
                alike.reported_at,
                alike.product_line,
                alike.claim_type,
                alike.channel,
                alike.branch_id,
                alike.team_id,
                alike.documents_first_at,
                alike.documents_requested_at,
                alike.documents_completed_at,
                alike.decided_at,
                alike.agreed_at,
                alike.refusal_told_at,
                alike.paid_at,
                alike.closed_at,
                alike.overturned_at,
                alike.decision,
                alike.documents_submitted,
                alike.documents_fetched,
                alike.progress_due,
                alike.progress_sent,
                alike.auto_eligible,
                alike.auto_decided,
                alike.touches_before_decision,
                alike.touches_total,
                alike.fallout_reason,
                alike.instant_eligible,
                alike.instant_paid
            )
        )
    ) as claim_id,
    alike.reported_at,
    alike.product_line,
    alike.claim_type,
    alike.channel,
    alike.branch_id,
    alike.team_id,
    alike.documents_first_at,
    alike.documents_requested_at,
    alike.documents_completed_at,
    alike.decided_at,
    alike.agreed_at,
    alike.refusal_told_at,
    alike.paid_at,
    alike.closed_at,
    alike.overturned_at,
    alike.decision,
    alike.documents_submitted,
    alike.documents_fetched,
    alike.progress_due,
    alike.progress_sent,
    alike.auto_eligible,
    alike.auto_decided,
    alike.touches_before_decision,
    alike.touches_total,
    alike.fallout_reason,
    alike.instant_eligible,
    alike.instant_paid,
    alike.cases
from alike

-- fact: renewals
-- grain: one row per group of renewals alike in days, outcome and unit; cases says how many
--
-- An amount of a row is that of one case, so a group carries the mean of its premiums, to four
-- digits as the contract keeps them: the share of premium renewed is right to about as many.
-- Policies are counted by persistency and customers by dormancy; both need rows of their own.

with alike as (
    select
        renewal.due_on,
        renewal.product_line,
        renewal.channel,
        renewal.branch_id,
        renewal.team_id,
        renewal.grace_days,
        round(avg(renewal.premium_due), 4) as premium_due,
        renewal.renewed_on,
        round(avg(renewal.premium_renewed), 4) as premium_renewed,
        renewal.outcome_on,
        renewal.outcome,
        renewal.auto_renew,
        to_date(renewal.reminded_at) as reminded_at,
        renewal.reinstated_on,
        renewal.premium_due is null as is_unpriced,
        renewal.premium_renewed is null as is_unpaid,
        count(*) as cases
    from renewal
    group by all
)

select
    md5(
        to_json(
            struct(
                alike.due_on,
                alike.product_line,
                alike.channel,
                alike.branch_id,
                alike.team_id,
                alike.grace_days,
                alike.renewed_on,
                alike.outcome_on,
                alike.outcome,
                alike.auto_renew,
                alike.reminded_at,
                alike.reinstated_on,
                alike.is_unpriced,
                alike.is_unpaid
            )
        )
    ) as renewal_id,
    alike.due_on,
    alike.product_line,
    alike.channel,
    alike.branch_id,
    alike.team_id,
    alike.grace_days,
    alike.premium_due,
    alike.renewed_on,
    alike.premium_renewed,
    alike.outcome_on,
    alike.outcome,
    alike.auto_renew,
    alike.reminded_at,
    alike.reinstated_on,
    alike.cases
from alike

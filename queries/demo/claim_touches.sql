-- fact: claim_touches
-- grain: one row per step of a claim
-- since: claim_event.happened_at
--
-- Events are written once and never changed, so their own instant is the watermark. Without a
-- staff number it was the system.

select
    claim_event.event_no as touch_id,
    claim_event.claim_no as claim_id,
    claim_event.happened_at as at,
    coalesce(claim_event.staff_no, 'system') as actor,
    case claim_event.step_code
        when '报案' then 'report'
        when '审核' then 'review'
        when '补充材料' then 'documents_requested'
        when '核定' then 'decision'
        when '质检' then 'audit'
        when '付款' then 'payment'
        else claim_event.step_code
    end as step,
    claim_event.note_code,
    team.branch_no as branch_id,
    claim.team_no as team_id,
    policy.agent_no as agent_id,
    claim_event.happened_at as updated_at
from claim_event
inner join claim on claim.claim_no = claim_event.claim_no
inner join policy on policy.policy_no = claim.policy_no
inner join team on team.team_no = claim.team_no
where claim_event.happened_at >= :since

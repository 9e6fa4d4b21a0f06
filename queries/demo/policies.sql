-- fact: policies
-- grain: one row per policy
-- since: policy.updated_at
--
-- How a policy goes on is told by its events; each kind happens at most once, the last of a kind
-- counts.

with events as (
    select
        policy_event.policy_no,
        max(
            case when policy_event.event_code = '犹豫期撤单' then policy_event.happened_at end
        ) as cancelled_at,
        max(
            case when policy_event.event_code = '回访' then policy_event.happened_at end
        ) as callback_at,
        max(
            case when policy_event.event_code = '回访' then policy_event.succeeded end
        ) as callback_succeeded,
        max(
            case when policy_event.event_code = '中止' then policy_event.takes_effect_on end
        ) as suspended_on,
        max(
            case when policy_event.event_code = '复效' then policy_event.takes_effect_on end
        ) as reinstated_on,
        max(
            case
                when policy_event.event_code not in ('回访', '中止', '复效')
                    then policy_event.takes_effect_on
            end
        ) as ended_on,
        max(
            case
                when policy_event.event_code not in ('回访', '中止', '复效') then policy_event.event_code
            end
        ) as ending
    from policy_event
    inner join policy on policy.policy_no = policy_event.policy_no
    where policy.updated_at >= :since
    group by policy_event.policy_no
)

select
    policy.policy_no as policy_id,
    policy.customer_no as customer_id,
    policy.issued_at,
    policy.product_no as product_id,
    case product.line_code
        when '寿险' then 'life'
        when '健康险' then 'health'
        when '意外险' then 'accident'
        when '车险' then 'motor'
        when '财产险' then 'property'
        else product.line_code
    end as product_line,
    case policy.entry_code
        when 'APP' then 'app'
        when '微信' then 'wechat'
        when '网站' then 'web'
        when '电话' then 'phone'
        when '柜面' then 'counter'
        when '代理人' then 'agent'
        else policy.entry_code
    end as channel,
    team.branch_no as branch_id,
    agent.team_no as team_id,
    policy.agent_no as agent_id,
    policy.servicing_agent_no as servicing_agent_id,
    policy.applied_at,
    policy.effective_on,
    policy.expires_on as term_end_on,
    policy.annual_premium as premium,
    case policy.payment_code
        when '趸交' then 'single'
        when '年交' then 'annual'
        when '半年交' then 'half_yearly'
        when '季交' then 'quarterly'
        when '月交' then 'monthly'
        else policy.payment_code
    end as payment_mode,
    policy.auto_renewal as auto_renew,
    policy.receipt_signed_at,
    policy.free_look_until as free_look_until_on,
    events.cancelled_at as free_look_cancelled_at,
    events.callback_at,
    events.callback_succeeded,
    events.suspended_on,
    events.reinstated_on,
    events.ended_on,
    case events.ending
        when '满期' then 'expired'
        when '失效' then 'lapsed'
        when '退保' then 'surrendered'
        when '注销' then 'cancelled'
        when '犹豫期撤单' then 'cancelled'
        when '身故' then 'death'
        when '理赔终止' then 'claim_terminated'
        when '拒保' then 'insurer_declined'
        else events.ending
    end as end_reason,
    policy.replaced_policy_no as replaced_policy_id,
    policy.replacement_declared,
    policy.updated_at
from policy
inner join product on product.product_no = policy.product_no
inner join agent on agent.agent_no = policy.agent_no
inner join team on team.team_no = agent.team_no
left join events on events.policy_no = policy.policy_no
where policy.updated_at >= :since

-- fact: premiums
-- grain: one row per policy and policy month by which persistency is measured (13, 25, 37, 61)
-- since: premium_instalment.updated_at
--
-- Attributed to the agent who sold the policy, not to whoever looks after it now.

select
    premium_instalment.instalment_no as premium_id,
    premium_instalment.policy_no as policy_id,
    policy.effective_on,
    premium_instalment.policy_month,
    premium_instalment.due_on,
    product.grace_days,
    policy.annual_premium as premium_first_year,
    premium_instalment.amount_due as premium_due,
    premium_instalment.paid_on,
    premium_instalment.amount_paid as premium_paid,
    case premium_instalment.exclusion_code
        when '趸交' then 'single'
        when '犹豫期撤单' then 'free_look'
        when '理赔终止' then 'claim_ended'
        when '豁免' then 'waived'
        else premium_instalment.exclusion_code
    end as excluded_reason,
    premium_instalment.suspended,
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
    premium_instalment.updated_at
from premium_instalment
inner join policy on policy.policy_no = premium_instalment.policy_no
inner join product on product.product_no = policy.product_no
inner join agent on agent.agent_no = policy.agent_no
inner join team on team.team_no = agent.team_no
where premium_instalment.updated_at >= :since

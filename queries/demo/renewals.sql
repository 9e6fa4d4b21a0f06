-- fact: renewals
-- grain: one row per yearly renewal of a policy, from sixty days before it falls due
-- since: renewal.updated_at
--
-- The first reminder is the one that gave the customer time; later ones are in the reminder
-- table.

select
    renewal.renewal_no as renewal_id,
    renewal.policy_no as policy_id,
    policy.customer_no as customer_id,
    renewal.due_on,
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
    policy.servicing_agent_no as agent_id,
    product.grace_days,
    renewal.premium_due,
    renewal.renewed_on,
    renewal.new_term_from as new_term_from_on,
    renewal.premium_renewed,
    renewal.status_on as outcome_on,
    case renewal.status_code
        when '已续' then 'renewed'
        when '未续' then 'lapsed'
        when '退出' then 'cancelled'
        when '公司不续' then 'insurer_declined'
        when '理赔终止' then 'claim_terminated'
        else renewal.status_code
    end as outcome,
    policy.auto_renewal as auto_renew,
    reminder.sent_at as reminded_at,
    case reminder.medium_code
        when '短信' then 'sms'
        when '微信' then 'wechat'
        when '电话' then 'phone'
        when 'APP' then 'app'
        else reminder.medium_code
    end as reminder_channel,
    renewal.offer_made,
    renewal.reinstated_on,
    renewal.tenure_years,
    renewal.claims_last_year,
    renewal.complaints_last_year,
    renewal.last_contact_at,
    renewal.holder_age as customer_age,
    renewal.price_change as premium_change_rate,
    renewal.updated_at
from renewal
inner join policy on policy.policy_no = renewal.policy_no
inner join product on product.product_no = policy.product_no
inner join agent on agent.agent_no = policy.servicing_agent_no
inner join team on team.team_no = agent.team_no
left join reminder on reminder.renewal_no = renewal.renewal_no and reminder.sequence_no = 1
where renewal.updated_at >= :since

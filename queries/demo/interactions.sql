-- fact: interactions
-- grain: one row per contact with a customer, whoever began it
-- since: contact.updated_at
--
-- A contact through no agent in particular belongs to the customer's team.

select
    contact.contact_no as interaction_id,
    contact.customer_no as customer_id,
    contact.happened_at as at,
    case contact.entry_code
        when 'APP' then 'app'
        when '微信' then 'wechat'
        when '网站' then 'web'
        when '电话' then 'phone'
        when '柜面' then 'counter'
        when '代理人' then 'agent'
        else contact.entry_code
    end as channel,
    case contact.direction_code
        when '呼入' then 'in'
        when '呼出' then 'out'
        else contact.direction_code
    end as direction,
    contact.two_way,
    case contact.by_robot
        when 1 then 'ai'
        when 0 then 'person'
    end as handled_by,
    case contact.topic_code
        when '保单查询' then 'policy_enquiry'
        when '理赔进度' then 'claim_progress'
        when '续期缴费' then 'renewal_payment'
        when '产品咨询' then 'product_enquiry'
        when '投诉建议' then 'complaint'
        when '资料变更' then 'change_of_details'
        else contact.topic_code
    end as topic,
    contact.issue_no as issue_id,
    contact.answered,
    contact.wait_seconds,
    contact.solved as resolved,
    contact.passed_on as handed_over,
    team.branch_no as branch_id,
    agent.team_no as team_id,
    contact.agent_no as agent_id,
    contact.updated_at
from contact
inner join customer on customer.customer_no = contact.customer_no
inner join agent on agent.agent_no = customer.agent_no
inner join team on team.team_no = agent.team_no
where contact.updated_at >= :since

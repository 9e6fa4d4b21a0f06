-- fact: customers
-- grain: one row per customer
-- since: customer.updated_at
--
-- The lines somebody holds are kept by the customer system as a list; it is not taken apart here.

select
    customer.customer_no as customer_id,
    customer.full_name as name,
    case customer.segment_code
        when '高净值' then 'high_net_worth'
        when '家庭' then 'family'
        when '青年' then 'young'
        when '小微企业主' then 'small_business'
        when '标准' then 'standard'
        else customer.segment_code
    end as segment,
    customer.manager_no as manager_id,
    customer.birth_year,
    customer.joined_on,
    customer.last_talk_at as last_two_way_contact_at,
    customer.last_review_at,
    customer.health_news_at as health_news_sent_at,
    customer.lines_held,
    customer.profile_completed_at,
    team.branch_no as branch_id,
    agent.team_no as team_id,
    customer.agent_no as agent_id,
    customer.updated_at
from customer
inner join agent on agent.agent_no = customer.agent_no
inner join team on team.team_no = agent.team_no
where customer.updated_at >= :since

-- fact: conduct_cases
-- grain: one row per reported case of misconduct
-- since: conduct_case.updated_at
--
-- Who reported it is not in this database's reach, and must not be.

select
    conduct_case.conduct_no as conduct_case_id,
    conduct_case.reported_at,
    case conduct_case.source_code
        when '举报热线' then 'hotline'
        when '内部' then 'internal'
        when '监管' then 'regulator'
        when '客户' then 'customer'
        else conduct_case.source_code
    end as source,
    case conduct_case.category_code
        when '误导销售' then 'misleading_sale'
        when '代签名' then 'signature_forged'
        when '返佣' then 'rebate'
        when '挪用保费' then 'premium_misused'
        when '泄露信息' then 'data_leaked'
        else conduct_case.category_code
    end as category,
    team.branch_no as branch_id,
    agent.team_no as team_id,
    conduct_case.agent_no as agent_id,
    conduct_case.accepted_at,
    conduct_case.decided_at,
    conduct_case.substantiated,
    case conduct_case.discipline_code
        when '无' then 'none'
        when '警告' then 'warning'
        when '罚款' then 'fine'
        when '解约' then 'dismissed'
        when '黑名单' then 'blacklisted'
        else conduct_case.discipline_code
    end as discipline,
    conduct_case.anonymous,
    conduct_case.updated_at
from conduct_case
inner join agent on agent.agent_no = conduct_case.agent_no
inner join team on team.team_no = agent.team_no
where conduct_case.updated_at >= :since

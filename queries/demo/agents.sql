-- fact: agents
-- grain: one row per agent, those who left included
--
-- Without a watermark: a team that is renamed changes no agent's row, and the table is small.

select
    agent.agent_no as agent_id,
    agent.full_name as name,
    agent.team_no as team_id,
    team.branch_no as branch_id,
    team.team_name,
    branch.branch_name,
    case branch.region_name
        when '华北' then 'north'
        when '华东' then 'east'
        when '华南' then 'south'
        when '华中' then 'central'
        when '西南' then 'southwest'
        when '西北' then 'northwest'
        when '东北' then 'northeast'
        else branch.region_name
    end as region,
    case agent.sales_channel
        when '个险' then 'agent'
        when '银保' then 'counter'
        when '电销' then 'phone'
        when '网销' then 'web'
        else agent.sales_channel
    end as channel,
    agent.contract_from as joined_on,
    agent.contract_to as left_on,
    agent.licence_until as licence_until_on,
    agent.updated_at
from agent
inner join team on team.team_no = agent.team_no
inner join branch on branch.branch_no = team.branch_no

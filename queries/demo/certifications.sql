-- fact: certifications
-- grain: one row per certificate of an agent
-- since: certificate.updated_at
--
-- Those that have run out stay: whoever lets one expire is to be seen.

select
    certificate.certificate_no as certification_id,
    certificate.agent_no as agent_id,
    agent.team_no as team_id,
    team.branch_no as branch_id,
    certificate.title as name,
    certificate.issued_on,
    certificate.expires_on,
    certificate.updated_at
from certificate
inner join agent on agent.agent_no = certificate.agent_no
inner join team on team.team_no = agent.team_no
where certificate.updated_at >= :since

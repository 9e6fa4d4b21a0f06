-- fact: viewers
-- grain: one row per person who may sign in and unit they are bound to
--
-- Without a watermark: who is locked out must be gone with the next refresh, and only a full
-- reading sees that.

select
    app_user.email_address as email,
    case app_user.role_code
        when '高管' then 'executive'
        when '合规' then 'compliance'
        when '团队长' then 'team_lead'
        when '代理人' then 'agent'
        when '机构负责人' then 'branch_manager'
        when '运维' then 'admin'
        when '分析' then 'analyst'
        else app_user.role_code
    end as role,
    app_user.branch_no as branch_id,
    app_user.team_no as team_id,
    app_user.agent_no as agent_id,
    app_user.updated_at
from app_user
where app_user.disabled = 0

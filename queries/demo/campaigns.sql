-- fact: campaigns
-- grain: one row per policy drawn for a campaign, the hold-out included
-- since: campaign_member.updated_at
--
-- The arm is the one assigned, whether or not the call succeeded: only so is the comparison fair.

select
    campaign_member.member_no as contact_id,
    campaign.title as campaign,
    campaign_member.customer_no as customer_id,
    campaign_member.policy_no as policy_id,
    case campaign_member.arm_code
        when '触达' then 'treated'
        when '对照' then 'holdout'
        else campaign_member.arm_code
    end as arm,
    campaign_member.assigned_on,
    campaign_member.called_at as contacted_at,
    campaign_member.result_due_on as outcome_due_on,
    campaign_member.renewed,
    campaign_member.premium,
    team.branch_no as branch_id,
    agent.team_no as team_id,
    policy.servicing_agent_no as agent_id,
    campaign_member.updated_at
from campaign_member
inner join campaign on campaign.campaign_no = campaign_member.campaign_no
inner join policy on policy.policy_no = campaign_member.policy_no
inner join agent on agent.agent_no = policy.servicing_agent_no
inner join team on team.team_no = agent.team_no
where campaign_member.updated_at >= :since

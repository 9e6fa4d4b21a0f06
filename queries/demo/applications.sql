-- fact: applications
-- grain: one row per application, issued or not
-- since: application.updated_at
--
-- Steps that left no record are required and not recorded; that is the figure, so they stay in.

with steps as (
    select
        application_step.application_no,
        sum(application_step.required) as required,
        sum(application_step.recorded) as recorded,
        max(
            case when application_step.step_code = '需求分析' then application_step.done_at end
        ) as needs_analysed_at,
        max(
            case when application_step.step_code = '风险测评' then application_step.done_at end
        ) as risk_assessed_at,
        max(
            case when application_step.step_code = '健康告知' then application_step.done_at end
        ) as health_declared_at
    from application_step
    inner join application on application.application_no = application_step.application_no
    where application.updated_at >= :since
    group by application_step.application_no
)

select
    application.application_no as application_id,
    application.opened_at as started_at,
    application.submitted_at,
    application.decided_at,
    policy.policy_no as issued_policy_id,
    case application.entry_code
        when 'APP' then 'app'
        when '微信' then 'wechat'
        when '网站' then 'web'
        when '电话' then 'phone'
        when '柜面' then 'counter'
        when '代理人' then 'agent'
        else application.entry_code
    end as channel,
    team.branch_no as branch_id,
    agent.team_no as team_id,
    application.agent_no as agent_id,
    application.product_no as product_id,
    case product.line_code
        when '寿险' then 'life'
        when '健康险' then 'health'
        when '意外险' then 'accident'
        when '车险' then 'motor'
        when '财产险' then 'property'
        else product.line_code
    end as product_line,
    application.active_seconds,
    case application.abandoned_step
        when '需求分析' then 'needs_analysis'
        when '风险测评' then 'risk_assessment'
        when '条款说明' then 'disclosure'
        when '健康告知' then 'health_declaration'
        when '签名确认' then 'signature'
        else application.abandoned_step
    end as abandoned_step,
    application.ocr_used,
    application.e_signed,
    application.fields_asked,
    application.decided_by_rule as underwriting_automatic,
    case
        when application.decision_code is null then 'open'
        when application.decision_code = '承保' then 'issued'
        when application.decision_code = '拒保' then 'declined'
        when application.decision_code = '撤回' then 'withdrawn'
        when application.decision_code = '放弃' then 'abandoned'
        else application.decision_code
    end as outcome,
    application.customer_no as customer_id,
    case customer.segment_code
        when '高净值' then 'high_net_worth'
        when '家庭' then 'family'
        when '青年' then 'young'
        when '小微企业主' then 'small_business'
        when '标准' then 'standard'
        else customer.segment_code
    end as customer_segment,
    application.applicant_age as customer_age,
    application.declared_income as annual_income,
    application.risk_tolerance,
    product.risk_level as product_risk,
    product.term_years,
    application.premium_quoted as premium,
    steps.needs_analysed_at,
    steps.risk_assessed_at,
    application.advised_to_stop,
    application.recording_required,
    application.recorded,
    application.recording_passed,
    application.declaration_required as health_declaration_required,
    steps.health_declared_at,
    steps.required as steps_required,
    steps.recorded as steps_recorded,
    case quality_finding.finding_code
        when '夸大收益' then 'exaggeration'
        when '隐瞒免责' then 'hidden_exclusion'
        when '强制搭售' then 'forced_bundling'
        when '诱导退保' then 'induced_replacement'
        when '代签名' then 'blank_signature'
        else quality_finding.finding_code
    end as conduct_flag,
    quality_finding.raised_at as flagged_at,
    quality_finding.confirmed as flag_confirmed,
    case application.recommended_line
        when '寿险' then 'life'
        when '健康险' then 'health'
        when '意外险' then 'accident'
        when '车险' then 'motor'
        when '财产险' then 'property'
        else application.recommended_line
    end as recommended_product_line,
    application.updated_at
from application
inner join customer on customer.customer_no = application.customer_no
inner join product on product.product_no = application.product_no
inner join agent on agent.agent_no = application.agent_no
inner join team on team.team_no = agent.team_no
left join policy on policy.application_no = application.application_no
left join steps on steps.application_no = application.application_no
left join quality_finding on quality_finding.application_no = application.application_no
where application.updated_at >= :since

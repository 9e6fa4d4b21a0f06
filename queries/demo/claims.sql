-- fact: claims
-- grain: one row per claim
-- since: claim.updated_at
--
-- Documents, payments, touches and audits are counted per claim first: joined side by side they
-- would multiply. A touch is an event with a person; the system's own steps have no staff number.
-- Amounts are rounded to the fen, because SQLite adds in floating point.

with documents as (
    select
        claim_document.claim_no,
        count(*) as submitted,
        sum(claim_document.fetched) as fetched
    from claim_document
    inner join claim on claim.claim_no = claim_document.claim_no
    where claim.updated_at >= :since
    group by claim_document.claim_no
),

payments as (
    select
        claim_payment.claim_no,
        min(claim_payment.paid_at) as first_paid_at,
        max(case when claim_payment.is_final = 1 then claim_payment.paid_at end) as paid_at,
        round(sum(claim_payment.amount), 2) as amount_paid
    from claim_payment
    inner join claim on claim.claim_no = claim_payment.claim_no
    where claim.updated_at >= :since
    group by claim_payment.claim_no
),

touches as (
    select
        claim_event.claim_no,
        count(claim_event.staff_no) as touches_total,
        count(
            case when claim_event.happened_at <= claim.decided_at then claim_event.staff_no end
        ) as touches_before_decision
    from claim_event
    inner join claim on claim.claim_no = claim_event.claim_no
    where claim.updated_at >= :since
    group by claim_event.claim_no
)

select
    claim.claim_no as claim_id,
    claim.policy_no as policy_id,
    policy.customer_no as customer_id,
    claim.reported_at,
    case product.line_code
        when '寿险' then 'life'
        when '健康险' then 'health'
        when '意外险' then 'accident'
        when '车险' then 'motor'
        when '财产险' then 'property'
        else product.line_code
    end as product_line,
    case claim.type_code
        when '医疗' then 'medical'
        when '重疾' then 'critical_illness'
        when '身故' then 'death'
        when '意外' then 'accident'
        when '车损' then 'motor'
        when '财产损失' then 'property'
        else claim.type_code
    end as claim_type,
    case claim.entry_code
        when 'APP' then 'app'
        when '微信' then 'wechat'
        when '网站' then 'web'
        when '电话' then 'phone'
        when '柜面' then 'counter'
        when '代理人' then 'agent'
        else claim.entry_code
    end as channel,
    team.branch_no as branch_id,
    claim.team_no as team_id,
    policy.agent_no as agent_id,
    claim.handler_no as handler_id,
    claim.incident_at,
    claim.registered_at,
    claim.proofs_first_at as documents_first_at,
    claim.proofs_asked_at as documents_requested_at,
    claim.proofs_complete_at as documents_completed_at,
    claim.decided_at,
    claim.agreed_at,
    claim.refusal_sent_at as refusal_told_at,
    payments.first_paid_at,
    payments.paid_at,
    claim.closed_at,
    case claim.decision_code
        when '赔付' then 'paid'
        when '部分赔付' then 'part_paid'
        when '拒赔' then 'refused'
        when '撤案' then 'withdrawn'
        when '注销' then 'cancelled'
        else claim.decision_code
    end as decision,
    claim.amount_claimed,
    payments.amount_paid,
    claim.document_rounds as document_requests,
    coalesce(documents.submitted, 0) as documents_submitted,
    coalesce(documents.fetched, 0) as documents_fetched,
    claim.updates_owed as progress_due,
    claim.updates_sent as progress_sent,
    claim.last_update_at as last_progress_at,
    claim.rule_eligible as auto_eligible,
    claim.decided_by_rule as auto_decided,
    touches.touches_before_decision,
    touches.touches_total,
    case claim.fallout_code
        when '材料不全' then 'missing_documents'
        when '责任不清' then 'coverage_unclear'
        when '超金额' then 'amount_limit'
        when '风险评分' then 'fraud_score'
        when '数据不符' then 'data_mismatch'
        when '系统异常' then 'system_error'
        when '质检抽样' then 'quality_sample'
        else claim.fallout_code
    end as fallout_reason,
    claim.instant_eligible,
    claim.paid_instantly as instant_paid,
    claim.overturned_at,
    claim_audit.audited_at,
    claim_audit.amount_due as audit_amount_due,
    claim.disputed_nondisclosure,
    claim.updated_at
from claim
inner join policy on policy.policy_no = claim.policy_no
inner join product on product.product_no = policy.product_no
inner join team on team.team_no = claim.team_no
left join documents on documents.claim_no = claim.claim_no
left join payments on payments.claim_no = claim.claim_no
left join touches on touches.claim_no = claim.claim_no
left join claim_audit on claim_audit.claim_no = claim.claim_no
where claim.updated_at >= :since

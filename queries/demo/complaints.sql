-- fact: complaints
-- grain: one row per complaint
-- since: complaint.updated_at
--
-- What moves a complaint's clock lies in its events; the newest of each kind counts. A case taken
-- over from the old system may lack its number: it is read all the same, so that it is seen to be
-- missing.

with events as (
    select
        complaint_event.case_no,
        max(
            case when complaint_event.event_code = '受理' then complaint_event.happened_at end
        ) as acknowledged_at,
        max(
            case when complaint_event.event_code = '调查' then complaint_event.happened_at end
        ) as investigated_at,
        max(
            case when complaint_event.event_code = '改级' then complaint_event.happened_at end
        ) as regraded_at,
        max(
            case when complaint_event.event_code = '改级' then complaint_event.grade_code end
        ) as new_grade,
        max(
            case when complaint_event.event_code = '外部鉴定' then complaint_event.days end
        ) as paused_days,
        max(
            case when complaint_event.event_code = '外部鉴定' then complaint_event.told end
        ) as pause_told,
        max(
            case when complaint_event.event_code = '延期批准' then complaint_event.days end
        ) as extension_days,
        max(
            case when complaint_event.event_code = '延期批准' then complaint_event.happened_at end
        ) as approved_at,
        max(
            case when complaint_event.event_code = '延期批准' then complaint_event.authority_code end
        ) as authority,
        max(
            case when complaint_event.event_code = '延期告知' then complaint_event.happened_at end
        ) as told_at,
        max(
            case when complaint_event.event_code = '复核申请' then complaint_event.happened_at end
        ) as review_at,
        max(
            case when complaint_event.event_code = '上交监管' then complaint_event.happened_at end
        ) as escalated_at,
        max(
            case when complaint_event.event_code = '复核结论' then complaint_event.happened_at end
        ) as concluded_at,
        max(
            case when complaint_event.event_code = '复核结论' then complaint_event.changed end
        ) as overturned
    from complaint_event
    inner join complaint on complaint.case_no = complaint_event.case_no
    where complaint.updated_at >= :since
    group by complaint_event.case_no
)

select
    complaint.complaint_no as complaint_id,
    complaint.customer_no as customer_id,
    complaint.policy_no as policy_id,
    complaint.claim_no as claim_id,
    complaint.received_at,
    case product.line_code
        when '寿险' then 'life'
        when '健康险' then 'health'
        when '意外险' then 'accident'
        when '车险' then 'motor'
        when '财产险' then 'property'
        else product.line_code
    end as product_line,
    case complaint.entry_code
        when 'APP' then 'app'
        when '微信' then 'wechat'
        when '网站' then 'web'
        when '电话' then 'phone'
        when '柜面' then 'counter'
        when '信函' then 'letter'
        when '社交媒体' then 'social'
        when '监管转办' then 'regulator'
        else complaint.entry_code
    end as channel,
    case complaint.origin_code
        when '直接' then 'direct'
        when '监管转办' then 'regulator'
        when '媒体' then 'media'
        else complaint.origin_code
    end as source,
    case complaint.category_code
        when '销售' then 'sales'
        when '理赔' then 'claims'
        when '服务' then 'service'
        when '退保' then 'surrender'
        when '续期' then 'renewal'
        else complaint.category_code
    end as category,
    case complaint.cause_code
        when '夸大收益' then 'benefits_exaggerated'
        when '条款解释不清' then 'terms_unclear'
        when '代签名' then 'signature_forged'
        when '理赔太慢' then 'claims_too_slow'
        when '拒赔争议' then 'refusal_disputed'
        when '免赔额误解' then 'deductible_misunderstood'
        when '材料要求过多' then 'too_many_documents'
        when '电话难接通' then 'hard_to_reach'
        when '服务态度' then 'staff_attitude'
        when '退保损失' then 'surrender_loss'
        when '退保拖延' then 'surrender_delayed'
        when '扣费争议' then 'charge_disputed'
        else complaint.cause_code
    end as cause,
    case complaint.first_grade
        when '简易' then 'simple'
        when '一般' then 'ordinary'
        when '复杂' then 'complex'
        when '重大' then 'major'
        else complaint.first_grade
    end as initial_grade,
    case coalesce(events.new_grade, complaint.first_grade)
        when '简易' then 'simple'
        when '一般' then 'ordinary'
        when '复杂' then 'complex'
        when '重大' then 'major'
        else coalesce(events.new_grade, complaint.first_grade)
    end as grade,
    events.regraded_at,
    team.branch_no as branch_id,
    complaint.team_no as team_id,
    complaint.agent_no as agent_id,
    complaint.handler_no as handler_id,
    complaint.regulator_received_at,
    events.acknowledged_at,
    events.investigated_at as investigation_started_at,
    events.paused_days,
    events.pause_told,
    events.extension_days,
    events.approved_at as extension_approved_at,
    case events.authority
        when '分公司' then 'branch'
        when '总公司' then 'head_office'
        when '上级机构' then 'superior'
        else events.authority
    end as extension_approver,
    events.told_at as extension_told_at,
    complaint.decided_at,
    complaint.informed_at,
    complaint.closed_at,
    complaint.withdrawn_at,
    complaint.merged_into_no as merged_into_id,
    complaint.earlier_complaint_no as reopened_of_id,
    case complaint.outcome_code
        when '成立' then 'upheld'
        when '部分成立' then 'partly_upheld'
        when '不成立' then 'rejected'
        when '和解' then 'settled'
        when '撤诉' then 'withdrawn'
        when '并案' then 'merged'
        when '不予受理' then 'invalid'
        else complaint.outcome_code
    end as outcome,
    complaint.solved_at_once as first_contact_resolved,
    mediation.offered_at as mediation_offered_at,
    mediation.accepted_at as mediation_accepted_at,
    mediation.ended_at as mediation_ended_at,
    case mediation.mediator_code
        when '理赔负责人' then 'claims_lead'
        when '第三方调解' then 'third_party'
        else mediation.mediator_code
    end as mediator,
    mediation.settled as mediation_settled,
    mediation.record_kept_at as settlement_record_at,
    events.review_at as review_requested_at,
    events.escalated_at,
    events.concluded_at as review_decided_at,
    events.overturned,
    complaint.redress_amount,
    case complaint.handover_code
        when '销售-核保' then 'sales_underwriting'
        when '核保-理赔' then 'underwriting_claims'
        when '销售-理赔' then 'sales_claims'
        else complaint.handover_code
    end as handover_cause,
    complaint.updated_at
from complaint
inner join team on team.team_no = complaint.team_no
left join events on events.case_no = complaint.case_no
left join mediation on mediation.case_no = complaint.case_no
left join policy on policy.policy_no = complaint.policy_no
left join product on product.product_no = policy.product_no
where complaint.updated_at >= :since

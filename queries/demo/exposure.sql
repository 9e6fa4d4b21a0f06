-- fact: exposure
-- grain: one row per month, branch and product line
-- since: production_month.updated_at
--
-- The ledger's own month-end figures: complaint rates are measured against what was reported, not
-- recounted.

select
    production_month.month_on as month,
    production_month.branch_no as branch_id,
    case production_month.line_code
        when '寿险' then 'life'
        when '健康险' then 'health'
        when '意外险' then 'accident'
        when '车险' then 'motor'
        when '财产险' then 'property'
        else production_month.line_code
    end as product_line,
    production_month.policies_in_force,
    production_month.insured_persons,
    production_month.premium_written,
    production_month.updated_at
from production_month
where production_month.updated_at >= :since

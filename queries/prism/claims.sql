-- fact: claims
-- grain: one row per claim
--
-- The made-up claims that come with the chainladder project, in a table as they are handed out:
-- everything is text, accidents and payments are dated 2010-10-08, reports and closings 10/8/2010
-- without leading zeros. An instant is read from either; which form a column has is a fact about
-- the table, so it is said here. A payment is dated even where nothing was paid: such a day says
-- nothing and is left out, and so is the nought beside it. Of the payments of a claim only one day
-- is known, the last. What it doesn't record (when and how a claim was decided, documents, agents,
-- branches, channels, automation) is left out, and the screens say so.
-- There is no column that tells when a row last changed: it is read in full each time.

select
    prism.claimno as claim_id,
    substr(prism.reportdate, length(prism.reportdate) - 3)
    || '-' || case
        when substr(prism.reportdate, 2, 1) = '/' then '0' || substr(prism.reportdate, 1, 1)
        else substr(prism.reportdate, 1, 2)
    end
    || '-' || case
        when substr(prism.reportdate, length(prism.reportdate) - 6, 1) = '/'
            then '0' || substr(prism.reportdate, length(prism.reportdate) - 5, 1)
        else substr(prism.reportdate, length(prism.reportdate) - 6, 2)
    end as reported_at,
    case prism.line
        when 'Auto' then 'motor'
        when 'Home' then 'property'
        else prism.line
    end as product_line,
    case prism.type
        when 'PD' then 'motor'
        when 'Dwelling' then 'property'
        else prism.type
    end as claim_type,
    prism.accidentdate as incident_at,
    case when cast(prism.totalpayment as decimal) > 0 then prism.paymentdate end as paid_at,
    substr(prism.closedate, length(prism.closedate) - 3)
    || '-' || case
        when substr(prism.closedate, 2, 1) = '/' then '0' || substr(prism.closedate, 1, 1)
        else substr(prism.closedate, 1, 2)
    end
    || '-' || case
        when substr(prism.closedate, length(prism.closedate) - 6, 1) = '/'
            then '0' || substr(prism.closedate, length(prism.closedate) - 5, 1)
        else substr(prism.closedate, length(prism.closedate) - 6, 2)
    end as closed_at,
    case
        when cast(prism.totalpayment as decimal) > 0
            then round(cast(prism.totalpayment as decimal), 4)
    end as amount_paid
from prism

-- fact: complaints
-- grain: one row per complaint
--
-- The open data of the Texas Department of Insurance, as an example of a table that knows
-- nothing of this dashboard. Only closed complaints are in it, and the day a complaint was closed
-- is all it says of the answer, so the same day stands for both. Lines of business without a
-- counterpart here keep their own names. What it doesn't record (channel, grade, branch, agent,
-- pauses, extensions) is left out, and the screens say so.
-- There is no column that tells when a row last changed: it is read in full each time.

select
    complaints.complaint_number as complaint_id,
    complaints.received_date as received_at,
    complaints.closed_date as decided_at,
    complaints.closed_date as closed_at,
    case complaints.coverage_type
        when 'Automobile' then 'motor'
        when 'Accident and Health' then 'health'
        when 'Homeowners' then 'property'
        when 'Fire, Allied Lines & CMP' then 'property'
        when 'Life & Annuity' then 'life'
        else complaints.coverage_type
    end as product_line,
    complaints.complaint_type as category,
    case complaints.finding_type
        when 'Confirmed' then 'upheld'
        when 'Not Confirmed' then 'rejected'
        else complaints.finding_type
    end as outcome
from complaints

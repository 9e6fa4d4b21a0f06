-- fact: trainings
-- grain: one row per agent and course booked
-- since: course_booking.updated_at
--
-- Hours count once the course is completed; the booking alone teaches nobody.

select
    course_booking.booking_no as training_id,
    course_booking.agent_no as agent_id,
    agent.team_no as team_id,
    team.branch_no as branch_id,
    course.title as course,
    case course.topic_code
        when '产品' then 'product'
        when '法规' then 'law'
        when '道德' then 'ethics'
        when '技能' then 'skills'
        when '案例' then 'case_review'
        when '协同' then 'cross_department'
        else course.topic_code
    end as topic,
    course_booking.due_on,
    course_booking.completed_on,
    case when course_booking.completed_on is not null then course.hours end as hours,
    course_booking.score,
    course_booking.updated_at
from course_booking
inner join course on course.course_no = course_booking.course_no
inner join agent on agent.agent_no = course_booking.agent_no
inner join team on team.team_no = agent.team_no
where course_booking.updated_at >= :since

-- fact: interactions
-- grain: one row per day, channel, direction, kind of answer, topic and unit; cases says how many
--
-- Contacts are what a warehouse has most of and a board looks at least closely: grouped, a day is
-- some hundred rows however many people call. Waiting times are left out; who contacted whom is
-- gone, so a forecast that looks at a customer's last contact does without it.

with alike as (
    select
        to_date(interaction.at) as at,
        interaction.channel,
        interaction.direction,
        interaction.two_way,
        interaction.handled_by,
        interaction.topic,
        interaction.answered,
        interaction.resolved,
        interaction.handed_over,
        interaction.branch_id,
        interaction.team_id,
        count(*) as cases
    from interaction
    group by all
)

select
    md5(
        to_json(
            struct(
                alike.at,
                alike.channel,
                alike.direction,
                alike.two_way,
                alike.handled_by,
                alike.topic,
                alike.answered,
                alike.resolved,
                alike.handed_over,
                alike.branch_id,
                alike.team_id
            )
        )
    ) as interaction_id,
    alike.at,
    alike.channel,
    alike.direction,
    alike.two_way,
    alike.handled_by,
    alike.topic,
    alike.answered,
    alike.resolved,
    alike.handed_over,
    alike.branch_id,
    alike.team_id,
    alike.cases
from alike

-- The scores of each agent; agent_id is null where nobody is named.
create or replace view scorecard_by_agent as
with scorecard as (
    select call_id, phrasebook_sha256, points, points_possible, passed
    from scorecard
),
agent as (
    select call_id, agent_id, team
    from call
),
final as (
    select
        agent.agent_id,
        agent.team,
        scorecard.phrasebook_sha256,
        count(*) as calls,
        count(*) filter (where scorecard.passed) as passed,
        sum(scorecard.points) as points,
        sum(scorecard.points_possible) as points_possible,
        avg(scorecard.points) as points_mean,
        min(scorecard.points) as points_least
    from scorecard
    inner join agent on scorecard.call_id = agent.call_id
    group by agent.agent_id, agent.team, scorecard.phrasebook_sha256
)
select
    agent_id, team, phrasebook_sha256, calls, passed, points, points_possible, points_mean,
    points_least
from final;

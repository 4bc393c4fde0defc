-- How often each rule came out how, for each agent; agent_id is null where nobody is named.
create or replace view finding_by_agent as
with finding as (
    select call_id, rule_id, phrasebook_sha256, outcome, points, flagged
    from finding
),
agent as (
    select call_id, agent_id, team
    from call
),
final as (
    select
        agent.agent_id,
        agent.team,
        finding.rule_id,
        finding.phrasebook_sha256,
        count(distinct finding.call_id) as calls,
        count(*) filter (where finding.flagged) as flags,
        count(*) filter (where finding.outcome = 'violated') as violated,
        count(*) filter (where finding.outcome = 'met') as met,
        count(*) filter (where finding.outcome = 'missed') as missed,
        count(*) filter (where finding.outcome = 'clear') as clear,
        count(*) filter (where finding.outcome = 'not_applicable') as not_applicable,
        count(*) filter (where finding.outcome = 'not_assessable') as not_assessable,
        sum(finding.points) as points
    from finding
    inner join agent on finding.call_id = agent.call_id
    group by agent.agent_id, agent.team, finding.rule_id, finding.phrasebook_sha256
)
select
    agent_id, team, rule_id, phrasebook_sha256, calls, flags, violated, met, missed, clear,
    not_applicable, not_assessable, points
from final;

-- The outcomes of the touched days, counted anew.
insert into rule_tally by name
with judged as (
    select scoring_id, day, team, agent_id
    from call_fact
    where scoring_id is not null and day in (select day from touched_day)
),
finding as (
    select
        finding_result.scoring_id, rule_id, outcome, points,
        outcome = 'violated' or (outcome = 'missed' and points < 0) as flagged
    from finding_result
)
select
    judged.day, judged.team, judged.agent_id, finding.rule_id,
    count(*) filter (where outcome not in ('not_applicable', 'not_assessable'))::integer as calls,
    count(*) filter (where flagged)::integer as flags,
    count(*) filter (where outcome = 'violated')::integer as violated,
    count(*) filter (where outcome = 'met')::integer as met,
    count(*) filter (where outcome = 'missed')::integer as missed,
    count(*) filter (where outcome = 'clear')::integer as clear,
    count(*) filter (where outcome = 'not_applicable')::integer as not_applicable,
    count(*) filter (where outcome = 'not_assessable')::integer as not_assessable,
    sum(points) as points,
    coalesce(sum(-points) filter (where flagged and points < 0), 0) as points_lost
from finding
inner join judged on finding.scoring_id = judged.scoring_id
group by judged.day, judged.team, judged.agent_id, finding.rule_id
order by judged.day, finding.rule_id;

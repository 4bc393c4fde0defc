-- The outcomes of the touched days by team, from those by agent.
insert into team_tally by name
select
    day, team, rule_id,
    sum(calls)::integer as calls,
    sum(flags)::integer as flags,
    sum(violated)::integer as violated,
    sum(met)::integer as met,
    sum(missed)::integer as missed,
    sum(clear)::integer as clear,
    sum(not_applicable)::integer as not_applicable,
    sum(not_assessable)::integer as not_assessable,
    sum(points)::decimal(18, 4) as points,
    sum(points_lost)::decimal(18, 4) as points_lost
from rule_tally
where day in (select day from touched_day)
group by day, team, rule_id
order by day, rule_id;

-- How often each rule came out how, in each group that names no agent.
select
    case $by
        when 'day' then day::varchar
        when 'week' then date_trunc('week', day)::date::varchar
        when 'month' then date_trunc('month', day)::date::varchar
        when 'team' then team
        else 'all'
    end as key,
    rule_id,
    sum(calls)::bigint as calls,
    sum(flags)::bigint as flags,
    sum(violated)::bigint as violated,
    sum(met)::bigint as met,
    sum(missed)::bigint as missed,
    sum(clear)::bigint as clear,
    sum(not_applicable)::bigint as not_applicable,
    sum(not_assessable)::bigint as not_assessable,
    sum(points)::decimal(18, 4) as points,
    sum(points_lost)::decimal(18, 4) as points_lost
from team_tally
where ($since is null or day >= $since)
    and ($until is null or day <= $until)
    and ($team is null or team = $team)
    and (len($rules) = 0 or rule_id in (select unnest($rules)))
group by key, rule_id
order by key nulls last, points_lost desc, flags desc, rule_id;

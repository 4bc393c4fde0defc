-- Calls, scores, flags and credits of each group.
select
    case $by
        when 'day' then day::varchar
        when 'week' then date_trunc('week', day)::date::varchar
        when 'month' then date_trunc('month', day)::date::varchar
        when 'team' then team
        when 'agent' then agent_id
        when 'purpose' then purpose
        when 'hour' then hour::varchar
        when 'language' then language
        else 'all'
    end as key,
    case when $by = 'agent' then any_value(agent_name) end as name,
    count(*) as calls,
    count(*) filter (where state = 'done') as done,
    count(*) filter (where passed) as passed,
    avg(points) as points_mean,
    coalesce(stddev_samp(points::double), 0) as points_deviation,
    coalesce(sum(flags), 0)::bigint as flags,
    count(*) filter (where flags > 0) as calls_flagged,
    coalesce(sum(credits), 0)::bigint as credits
from call_fact
where ($since is null or day >= $since)
    and ($until is null or day <= $until)
    and ($team is null or team = $team)
    and ($agent_id is null or agent_id = $agent_id)
group by key
order by key nulls last;

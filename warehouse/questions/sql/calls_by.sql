-- Calls, scores, flags and credits of each group.
select
    /* part: key_of_call */,
    count(*) as calls,
    count(*) filter (where state = 'done') as done,
    count(*) filter (where passed) as passed,
    avg(points) as points_mean,
    coalesce(stddev_samp(points::double), 0) as points_deviation,
    coalesce(sum(flags), 0)::bigint as flags,
    count(*) filter (where flags > 0) as calls_flagged,
    coalesce(sum(credits), 0)::bigint as credits
from call_fact
where /* part: in_days_and_team */
    and ($agent_id is null or agent_id = $agent_id)
group by key
order by key nulls last;

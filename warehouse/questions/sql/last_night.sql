-- The last run, with the calls that it stored and that still count.
with last as (
    select night_id, started_at, finished_at
    from night
    order by started_at desc
    limit 1
)
select
    last.night_id, last.started_at, last.finished_at,
    count(fact.call_id) as calls,
    count(*) filter (where fact.state = 'done') as done,
    count(*) filter (where fact.state = 'failed') as failed,
    coalesce(sum(fact.duration_s), 0) as audio_s,
    avg(fact.points) as points_mean,
    coalesce(sum(fact.flags), 0)::bigint as flags,
    min(fact.day) as first_day,
    max(fact.day) as last_day
from last
left join call_fact as fact on fact.night_id = last.night_id
group by last.night_id, last.started_at, last.finished_at;

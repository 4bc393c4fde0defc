-- The calls added up: of the report's days and of the days before, and by the named parts.
select
    era,
    grouping_id(day, agent_id, team, purpose) as part,
    day, agent_id, team, purpose,
    arg_max(agent_name, call_id) as agent_name, arg_max(report_call.team, call_id) as team_name,
    count(*) as calls,
    count(*) filter (where state <> 'done') as failed,
    coalesce(sum(duration_s) filter (where state = 'done'), 0) as audio_s,
    count(distinct agent_id) as agents,
    count(passed) as judged,
    count(*) filter (where passed) as passed,
    coalesce(sum(points)::double, 0) as points,
    coalesce(sum(points::double * points::double), 0) as points_squared,
    count(*) filter (where reviewed and not swapped) as reviewed,
    coalesce(sum(points_reviewed) filter (where reviewed and not swapped)::double, 0)
        as points_reviewed,
    coalesce(
        sum(points_reviewed::double * points_reviewed::double)
            filter (where reviewed and not swapped),
        0
    ) as points_reviewed_squared
from report_call
group by era, grouping sets ((), (day), (agent_id), (team), (purpose))
order by era, part, day, agent_id, team, purpose;

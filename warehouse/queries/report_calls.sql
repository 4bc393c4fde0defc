-- The calls of a report's days, and of the days that it compares them with.
create or replace temporary table report_call as
with placed as (
    select
        call_id, result_id, state, reason_code, started_at, started_at_offset_s,
        started_at + to_seconds(coalesce(started_at_offset_s, 0)) as local_at, recorded_at,
        agent_id, agent_name, team, customer_ref, purpose, direction, language, duration_s
    from call
),
chosen as (
    select
        *,
        coalesce(cast(local_at as timestamp), cast(recorded_at as timestamp))::date as day
    from placed
    where $agent_id is null or agent_id = $agent_id
)
select
    chosen.*, scorecard.scoring_id, scorecard.points, scorecard.points_possible,
    scorecard.passed, scorecard.phrasebook_version, scorecard.phrasebook_sha256,
    case when chosen.day >= $first then 'now' when chosen.day >= $before then 'before' else 'earlier' end
        as era,
    seen.submitted is not null as reviewed, coalesce(seen.submitted, false) as released,
    coalesce(seen.points, scorecard.points) as points_reviewed,
    twisted.scoring_id is not null as swapped
from chosen
left join scorecard on chosen.call_id = scorecard.call_id
left join seen on scorecard.scoring_id = seen.scoring_id
left join twisted on scorecard.scoring_id = twisted.scoring_id
where chosen.day between $since and $last
    and (not $released_only or coalesce(seen.submitted, false))
order by chosen.day, chosen.call_id;

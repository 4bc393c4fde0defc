-- How much one night did; of what still counts, so that a call tried twice is one call.
select
    count(*) as calls,
    count(*) filter (where call.state = 'done') as done,
    count(*) filter (where call.state = 'failed') as failed,
    coalesce(sum(call.duration_s) filter (where call.state = 'done'), 0) as audio_s,
    count(*) filter (where scorecard.passed) as passed,
    avg(scorecard.points) as points_mean
from call
left join scorecard on call.call_id = scorecard.call_id
where call.night_id = $night_id;

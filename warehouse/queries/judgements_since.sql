-- What the review queue needs of each judgement that it has not seen, oldest first.
select
    scorecard_result.stored_no, call.call_id, scorecard_result.scoring_id, call.started_at,
    call.agent_id, call.agent_name, call.team, call.purpose, call.language, call.duration_s,
    scorecard_result.points
from scorecard_result
inner join latest_scoring
    on scorecard_result.call_id = latest_scoring.call_id
    and scorecard_result.scoring_id = latest_scoring.scoring_id
inner join call on scorecard_result.call_id = call.call_id
where scorecard_result.stored_no > $stored_no and call.state = 'done'
order by scorecard_result.stored_no
limit $most;

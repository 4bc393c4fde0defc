-- What the review queue needs of the judgements of one stretch of storing, if they are the last.
-- Nothing is read of calls that are not in the stretch.
with fresh as (
    select call_id, result_id, scoring_id, stored_no, points
    from scorecard_result
    where stored_no > $stored_no and stored_no <= $until_no
),
inspection as (
    select
        result.call_id, result.result_id, result.state, result.started_at, result.agent_id,
        result.agent_name, result.team, result.purpose, result.language, result.duration_s
    from call_result as result
    semi join fresh on result.call_id = fresh.call_id
    qualify row_number() over (partition by result.call_id order by result.stored_no desc) = 1
),
scoring as (
    select result.call_id, result.result_id, result.scoring_id, result.stored_no
    from scorecard_result as result
    semi join inspection
        on result.call_id = inspection.call_id and result.result_id = inspection.result_id
    qualify row_number() over (partition by result.call_id order by result.stored_no desc) = 1
),
final as (
    select
        fresh.stored_no, fresh.call_id, fresh.scoring_id, inspection.started_at,
        inspection.agent_id, inspection.agent_name, inspection.team, inspection.purpose,
        inspection.language, inspection.duration_s, fresh.points
    from fresh
    inner join scoring
        on fresh.call_id = scoring.call_id and fresh.scoring_id = scoring.scoring_id
    inner join inspection
        on fresh.call_id = inspection.call_id and fresh.result_id = inspection.result_id
    where inspection.state = 'done'
)
select
    stored_no, call_id, scoring_id, started_at, agent_id, agent_name, team, purpose, language,
    duration_s, points
from final
order by stored_no;

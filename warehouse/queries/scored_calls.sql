-- Calls that were heard, with the judgement that counts; day: of the call, on its own clock.
with dated as (
    select
        call.call_id, call.result_id, call.agent_id, call.language, call.asr_model,
        cast(
            cast(coalesce(call.started_at, call.recorded_at) as timestamp)
            + to_seconds(coalesce(call.started_at_offset_s, 0)) as date
        ) as day
    from call
    where call.state = 'done'
)
select
    dated.call_id, dated.result_id, scorecard.scoring_id, dated.agent_id, dated.language, dated.day,
    scorecard.phrasebook_id, scorecard.phrasebook_version, scorecard.phrasebook_sha256,
    scorecard.code_version, scorecard.points, scorecard.points_possible, scorecard.passed
from dated
inner join scorecard on dated.call_id = scorecard.call_id
where dated.day >= coalesce($since, dated.day) and dated.day <= coalesce($until, dated.day)
order by dated.call_id;

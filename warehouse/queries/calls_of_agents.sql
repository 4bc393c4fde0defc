-- The calls of some agents that were heard with one embedding, the newest first.
with result as (
    select
        call_result.call_id, call_result.agent_id, call_result.audio_sha256,
        call_result.recording_path, call_result.recorded_at, call_result.started_at
    from call_result
    inner join latest_result
        on call_result.call_id = latest_result.call_id
        and call_result.result_id = latest_result.result_id
    where call_result.state = 'done'
        and call_result.embedding_model = $model
        and call_result.agent_id in (select unnest($agent_ids))
),
final as (
    select call_id, agent_id, audio_sha256, recording_path, recorded_at, started_at
    from result
    qualify row_number() over (
        partition by agent_id order by started_at desc nulls last, audio_sha256
    ) <= $most
)
select call_id, agent_id, audio_sha256, recording_path, recorded_at, started_at
from final
order by agent_id, started_at desc nulls last, audio_sha256;

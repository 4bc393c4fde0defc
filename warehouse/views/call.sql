-- Each call once, as its latest inspection saw it.
create or replace view call as
with result as (
    select
        call_id, result_id, night_id, recorded_at, code_version, audio_sha256, recording_path,
        state, reason, reason_code, reason_values, warnings,
        started_at, started_at_offset_s, duration_s, channels, sample_rate_hz, codec,
        language, language_probability, purpose, direction,
        agent_id, agent_name, team, customer_ref, answered_after_s, hung_up_by,
        asr_model, segmentation_model, embedding_model,
        agent_talk_s, customer_talk_s, silence_s, longest_silence_s, overlap_s,
        agent_chars_per_min, agent_interruptions, longest_silence_start_s,
        voiceprint_sha256, voiceprint_calls, voiceprint_speech_s, voice_similarities
    from call_result
),
final as (
    select result.*
    from result
    inner join latest_result
        on result.call_id = latest_result.call_id
        and result.result_id = latest_result.result_id
)
select
    call_id, audio_sha256, started_at, duration_s, language, purpose, agent_id, team, state, reason,
    reason_code, reason_values, warnings, recording_path, result_id, night_id, recorded_at,
    code_version, started_at_offset_s, channels, sample_rate_hz, codec, language_probability,
    direction, agent_name, customer_ref, answered_after_s, hung_up_by,
    asr_model, segmentation_model, embedding_model,
    agent_talk_s, customer_talk_s, silence_s, longest_silence_s, overlap_s,
    agent_chars_per_min, agent_interruptions, longest_silence_start_s,
    voiceprint_sha256, voiceprint_calls, voiceprint_speech_s, voice_similarities
from final;

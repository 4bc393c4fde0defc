-- The circumstances of some inspections; `least` and `greatest` of the call_ids tell which files need not be read.
select
    result.result_id, result.night_id, result.recorded_at, result.code_version, result.state,
    result.call_id, result.audio_sha256, result.recording_path,
    result.reason_code, result.reason_values, result.reason,
    result.duration_s, result.channels, result.sample_rate_hz, result.codec, result.warnings,
    result.language, result.language_probability, result.transcript_s,
    result.declared_language, result.purpose, result.direction, result.agent_id,
    result.agent_name, result.team, result.customer_ref, result.started_at,
    result.started_at_offset_s, result.answered_after_s, result.hung_up_by, result.channel_roles,
    result.asr_model, result.segmentation_model, result.embedding_model,
    result.agent_talk_s, result.customer_talk_s, result.silence_s, result.longest_silence_s,
    result.overlap_s, result.agent_chars_per_min, result.agent_interruptions, result.stages,
    result.voiceprint_sha256, result.voiceprint_calls, result.voiceprint_speech_s,
    result.voice_similarities, result.longest_silence_start_s
from call_result as result
inner join (
    select unnest($call_ids) as call_id, unnest($result_ids) as result_id
) as wanted
    on result.call_id = wanted.call_id and result.result_id = wanted.result_id
where result.call_id between $least and $greatest;

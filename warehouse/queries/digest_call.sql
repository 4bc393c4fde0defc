select
    call_id, audio_sha256, state, reason_code, warnings, started_at,
    started_at_offset_s, duration_s, channels, sample_rate_hz, codec, language,
    language_probability, purpose, direction, agent_id, agent_name, team, customer_ref,
    answered_after_s, hung_up_by, asr_model, segmentation_model, embedding_model, code_version,
    agent_talk_s, customer_talk_s, silence_s, longest_silence_s, overlap_s, agent_chars_per_min,
    agent_interruptions
from call
order by call_id;

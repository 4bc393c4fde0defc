-- What else judging needs to know of some calls.
select
    call_id, declared_language, purpose, direction, agent_id, agent_name, team, customer_ref,
    started_at, started_at_offset_s, answered_after_s, hung_up_by, channel_roles, asr_model,
    language, language_probability, transcript_s, agent_talk_s, customer_talk_s, silence_s,
    longest_silence_s, overlap_s, agent_chars_per_min, agent_interruptions,
    longest_silence_start_s
from call_result
where call_id between $first and $last and result_id in (select unnest($result_ids))
order by call_id;

create table exported.call as
select
    call_id, audio_sha256, started_at, duration_s, language, purpose, agent_id, team, state, reason,
    reason_code, reason_values, warnings, recording_path, result_id, night_id, recorded_at,
    code_version, started_at_offset_s, channels, sample_rate_hz, codec, language_probability,
    direction, agent_name, customer_ref, answered_after_s, hung_up_by,
    asr_model, segmentation_model, embedding_model,
    agent_talk_s, customer_talk_s, silence_s, longest_silence_s, overlap_s,
    agent_chars_per_min, agent_interruptions, longest_silence_start_s,
    voiceprint_sha256, voiceprint_calls, voiceprint_speech_s, voice_similarities
from lake.call
order by call_id;

comment on table exported.call is 'Each call once, as its latest inspection saw it.';
comment on column exported.call.call_id is 'The telephone system''s name of the call.';
comment on column exported.call.audio_sha256 is 'SHA-256 of the recording''s bytes, hexadecimal; null if they could not be read.';
comment on column exported.call.started_at is 'When the call began, UTC; null if not known.';
comment on column exported.call.duration_s is 'Length of the decoded sound, seconds.';
comment on column exported.call.language is 'Language of the call as heard, else as declared: zh, es or en.';
comment on column exported.call.purpose is 'Why the call took place, by the sidecar.';
comment on column exported.call.agent_id is 'Who spoke for the organisation, by the sidecar. Personal data.';
comment on column exported.call.team is 'Team of the agent.';
comment on column exported.call.state is 'done or failed.';
comment on column exported.call.reason is 'Why it failed, as it was told; null if done.';
comment on column exported.call.reason_code is 'Key of the message that tells why it failed; null if done.';
comment on column exported.call.reason_values is 'What fills that message.';
comment on column exported.call.warnings is 'What was odd about the recording: a list of [message key, values].';
comment on column exported.call.recording_path is 'Where the recording was read. Personal data if its name holds any.';
comment on column exported.call.result_id is 'Identifies this inspection.';
comment on column exported.call.night_id is 'The nightly run that made it; null outside of one.';
comment on column exported.call.recorded_at is 'When it was stored, UTC.';
comment on column exported.call.code_version is 'Version of the program that made it.';
comment on column exported.call.started_at_offset_s is 'Seconds that the call''s local time is ahead of UTC.';
comment on column exported.call.channels is 'Tracks of the recording.';
comment on column exported.call.sample_rate_hz is 'Sample rate of the recording, hertz.';
comment on column exported.call.codec is 'How the sound was coded.';
comment on column exported.call.language_probability is 'Probability of the language, 0-1.';
comment on column exported.call.direction is 'inbound or outbound, by the sidecar.';
comment on column exported.call.agent_name is 'Name of the agent. Personal data.';
comment on column exported.call.customer_ref is 'The organisation''s reference of the customer. Personal data.';
comment on column exported.call.answered_after_s is 'Ringing before the answer, seconds.';
comment on column exported.call.hung_up_by is 'Who ended the call, by the sidecar.';
comment on column exported.call.asr_model is 'Weights that read the words, name@hash.';
comment on column exported.call.segmentation_model is 'Weights that found the speech, name@hash.';
comment on column exported.call.embedding_model is 'Weights that told the voices apart, name@hash.';
comment on column exported.call.agent_talk_s is 'Seconds in which the agent speaks.';
comment on column exported.call.customer_talk_s is 'Seconds in which the customer speaks.';
comment on column exported.call.silence_s is 'Seconds in which nobody speaks.';
comment on column exported.call.longest_silence_s is 'Longest stretch between words in which nobody is heard, seconds.';
comment on column exported.call.overlap_s is 'Seconds in which both speak.';
comment on column exported.call.agent_chars_per_min is 'Characters per minute of the agent''s speech; null if unknown.';
comment on column exported.call.agent_interruptions is 'Times that the agent cut in.';
comment on column exported.call.longest_silence_start_s is 'Where the longest silence begins, seconds from the start of the recording; null without any.';
comment on column exported.call.voiceprint_sha256 is 'The state of the agent''s voiceprint that the roles rest on, among others; null if none was used.';
comment on column exported.call.voiceprint_calls is 'Calls that the voiceprint rested on.';
comment on column exported.call.voiceprint_speech_s is 'Seconds of speech that the voiceprint rested on.';
comment on column exported.call.voice_similarities is 'How like the voiceprint each voice of the call is, cosine.';

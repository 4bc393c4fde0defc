-- Which voiceprint the roles of a call rest on; where its longest silence begins; what rules of
-- limits judge by, also per party. Calls that were stored before do not know it.

alter table call_result add column voiceprint_sha256 varchar;
alter table call_result add column voiceprint_calls integer;
alter table call_result add column voiceprint_speech_s double;
alter table call_result add column voice_similarities struct(speaker varchar, cosine double)[];
alter table call_result add column longest_silence_start_s double;
alter table role_talk_result add column interruption_longest_s double;
alter table role_talk_result add column monologue_s double;

comment on column call_result.voiceprint_sha256 is 'The state of the agent''s voiceprint that was compared with the call''s voices; null if none was. The voice cannot be made from it.';
comment on column call_result.voiceprint_calls is 'Calls that the voiceprint rested on.';
comment on column call_result.voiceprint_speech_s is 'Seconds of speech that the voiceprint rested on.';
comment on column call_result.voice_similarities is 'How like the voiceprint each voice of the call is, cosine.';
comment on column call_result.longest_silence_start_s is 'Where the longest silence begins, seconds from the start of the recording; null without any.';
comment on column role_talk_result.interruption_longest_s is 'Longest overlap of an interruption, seconds; null without any.';
comment on column role_talk_result.monologue_s is 'Longest speech, pauses included, that the other does not break with a word, seconds.';

create table exported.turn as
select
    call_id, turn_no, role, role_probability, start_s, end_s, text, speaker, level_db, words,
    result_id
from lake.turn
order by call_id, turn_no;

comment on table exported.turn is 'Who said what when, in the latest inspection of each call.';
comment on column exported.turn.call_id is 'The call.';
comment on column exported.turn.turn_no is 'Place in the call, from 0.';
comment on column exported.turn.role is 'agent, customer or unknown.';
comment on column exported.turn.role_probability is 'Probability of the role, 0-1.';
comment on column exported.turn.start_s is 'Seconds from the start of the recording.';
comment on column exported.turn.end_s is 'Seconds from the start of the recording.';
comment on column exported.turn.text is 'What was heard. Personal data.';
comment on column exported.turn.speaker is 'The diarizer''s label.';
comment on column exported.turn.level_db is 'Loudness, decibels relative to full scale.';
comment on column exported.turn.words is 'The words with their times (seconds) and probability (0-1). Personal data.';
comment on column exported.turn.result_id is 'The inspection that heard it.';

-- What agents promised, as found in each judgement of a call, and how far it was looked for.

create table promise_result (
    scoring_id varchar not null,
    result_id varchar not null,
    call_id varchar not null,
    promise_no integer not null,
    turn_no integer not null,
    start_s double not null,
    end_s double not null,
    quote varchar not null,
    kind varchar not null,
    time_text varchar,
    spoken_at timestamptz,
    due_at timestamptz
);
alter table promise_result set sorted by (call_id, promise_no);

comment on table promise_result is 'One promise of an agent in a call.';
comment on column promise_result.scoring_id is 'The judgement whose findings were looked at.';
comment on column promise_result.result_id is 'The inspection that heard it.';
comment on column promise_result.call_id is 'The call.';
comment on column promise_result.promise_no is 'Place in the call, from 0.';
comment on column promise_result.turn_no is 'The turn.';
comment on column promise_result.start_s is 'Seconds from the start of the recording.';
comment on column promise_result.end_s is 'Seconds from the start of the recording.';
comment on column promise_result.quote is 'What was promised, as heard. Personal data.';
comment on column promise_result.kind is 'contact or deed; only contacts show in later calls.';
comment on column promise_result.time_text is 'The time as it was spoken; null for a promise without one.';
comment on column promise_result.spoken_at is 'When it was said, UTC; null if the call''s start is not known.';
comment on column promise_result.due_at is 'The last moment at which it is kept, UTC, by the opening hours that were set; null without a time.';

create table promise_scan (
    stored_no bigint not null,
    scanned_at timestamptz not null
);

comment on table promise_scan is 'How far judgements were searched for promises; the greatest number counts.';
comment on column promise_scan.stored_no is 'The last judgement that was searched.';
comment on column promise_scan.scanned_at is 'When, UTC.';

create table exported.promise as
select
    call_id, promise_no, turn_no, start_s, end_s, quote, kind, time_text, spoken_at, due_at,
    agent_id, team, customer_ref
from lake.promise
order by call_id, promise_no;

comment on table exported.promise is 'What agents promised.';
comment on column exported.promise.call_id is 'The call.';
comment on column exported.promise.promise_no is 'Place in the call, from 0.';
comment on column exported.promise.turn_no is 'The turn.';
comment on column exported.promise.start_s is 'Seconds from the start of the recording.';
comment on column exported.promise.end_s is 'Seconds from the start of the recording.';
comment on column exported.promise.quote is 'What was promised, as heard. Personal data.';
comment on column exported.promise.kind is 'contact or deed; only contacts show in later calls.';
comment on column exported.promise.time_text is 'The time as it was spoken; null for a promise without one.';
comment on column exported.promise.spoken_at is 'When it was said, UTC; null if the call''s start is not known.';
comment on column exported.promise.due_at is 'The last moment at which it is kept, UTC; null without a time.';
comment on column exported.promise.agent_id is 'Who promised. Personal data.';
comment on column exported.promise.team is 'Team of the agent.';
comment on column exported.promise.customer_ref is 'The organisation''s reference of the customer. Personal data.';

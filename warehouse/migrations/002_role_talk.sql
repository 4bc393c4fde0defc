-- How each party of a call speaks. Calls that were stored before have no rows here; they keep the
-- figures of call_result.

create table role_talk_result (
    result_id varchar not null,
    call_id varchar not null,
    role varchar not null,
    talk_s double not null,
    share double,
    longest_s double not null,
    units_per_min double,
    responses integer not null,
    response_median_s double,
    response_longest_s double,
    interruptions integer not null,
    level_db double,
    level_rise_db double
);
alter table role_talk_result set sorted by (call_id);

comment on table role_talk_result is 'One party''s speech in one inspection.';
comment on column role_talk_result.result_id is 'The inspection that heard it.';
comment on column role_talk_result.call_id is 'The call.';
comment on column role_talk_result.role is 'agent or customer.';
comment on column role_talk_result.talk_s is 'Seconds in which the party speaks.';
comment on column role_talk_result.share is 'Share of the talk of both, 0-1; null if nobody speaks.';
comment on column role_talk_result.longest_s is 'Longest speech without a pause, seconds.';
comment on column role_talk_result.units_per_min is 'Characters (Chinese) or words per minute of the party''s talk; null under one second of it.';
comment on column role_talk_result.responses is 'Times that the party answers the other.';
comment on column role_talk_result.response_median_s is 'Median pause before an answer, seconds; null without any.';
comment on column role_talk_result.response_longest_s is 'Longest pause before an answer, seconds; null without any.';
comment on column role_talk_result.interruptions is 'Times that the party cuts into the other''s words.';
comment on column role_talk_result.level_db is 'Mean loudness of its turns by time, decibels relative to full scale; null if unknown.';
comment on column role_talk_result.level_rise_db is 'Loudness of the last third of its turns over the first third, decibels; null under six turns.';

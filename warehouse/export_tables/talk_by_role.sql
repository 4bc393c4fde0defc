create table exported.talk_by_role as
select
    call_id, role, talk_s, share, longest_s, units_per_min, responses, response_median_s,
    response_longest_s, interruptions, level_db, level_rise_db,
    interruption_longest_s, monologue_s
from lake.talk_by_role
order by call_id, role;

comment on table exported.talk_by_role is 'How each party of a call speaks.';
comment on column exported.talk_by_role.call_id is 'The call.';
comment on column exported.talk_by_role.role is 'agent or customer.';
comment on column exported.talk_by_role.talk_s is 'Seconds in which the party speaks.';
comment on column exported.talk_by_role.share is 'Share of the talk of both, 0-1; null if nobody speaks.';
comment on column exported.talk_by_role.longest_s is 'Longest speech without a pause, seconds.';
comment on column exported.talk_by_role.units_per_min is 'Characters (Chinese) or words per minute of the party''s talk; null under one second of it.';
comment on column exported.talk_by_role.responses is 'Times that the party answers the other.';
comment on column exported.talk_by_role.response_median_s is 'Median pause before an answer, seconds; null without any.';
comment on column exported.talk_by_role.response_longest_s is 'Longest pause before an answer, seconds; null without any.';
comment on column exported.talk_by_role.interruptions is 'Times that the party cuts into the other''s words.';
comment on column exported.talk_by_role.level_db is 'Mean loudness of its turns by time, decibels relative to full scale; null if unknown.';
comment on column exported.talk_by_role.level_rise_db is 'Loudness of the last third of its turns over the first third, decibels; null under six turns.';
comment on column exported.talk_by_role.interruption_longest_s is 'Longest overlap of an interruption, seconds; null without any.';
comment on column exported.talk_by_role.monologue_s is 'Longest speech, pauses included, that the other does not break with a word, seconds.';

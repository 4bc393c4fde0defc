-- One narrow row per call, and the outcomes of each rule by day and agent: what figures over many
-- calls are read from. Both follow from the results and can be made anew at any time.

create table call_fact (
    call_id varchar not null,
    result_id varchar not null,
    scoring_id varchar,
    night_id varchar,
    state varchar not null,
    reason_code varchar,
    day date not null,
    hour integer,
    agent_id varchar,
    agent_name varchar,
    team varchar,
    purpose varchar,
    language varchar,
    duration_s double,
    silence_s double,
    longest_silence_s double,
    points decimal(12, 4),
    points_possible decimal(12, 4),
    passed boolean,
    flags integer not null,
    credits integer not null,
    rules_judged integer not null,
    rules_not_assessable integer not null,
    words integer not null,
    words_uncertain integer not null,
    turns_s double not null,
    turns_unknown_s double not null,
    role_certainty double
);
alter table call_fact set sorted by (day);

comment on table call_fact is 'Each call once, as it counts now, with the figures that pages and reports add up.';
comment on column call_fact.call_id is 'The call.';
comment on column call_fact.result_id is 'The inspection that counts.';
comment on column call_fact.scoring_id is 'The judgement that counts; null without one.';
comment on column call_fact.night_id is 'The nightly run that made the inspection; null outside of one.';
comment on column call_fact.state is 'done or failed.';
comment on column call_fact.reason_code is 'Key of the message that tells why it failed; null if done.';
comment on column call_fact.day is 'Day of the call by its own clock; where its start is not known, the day on which it was stored, UTC.';
comment on column call_fact.hour is 'Hour in which the call began by its own clock, 0-23; null if not known.';
comment on column call_fact.agent_id is 'The agent; null if nobody is named. Personal data.';
comment on column call_fact.agent_name is 'Name of the agent. Personal data.';
comment on column call_fact.team is 'Team of the agent.';
comment on column call_fact.purpose is 'Purpose of the call, by the sidecar.';
comment on column call_fact.language is 'zh, es or en.';
comment on column call_fact.duration_s is 'Length of the decoded sound, seconds.';
comment on column call_fact.silence_s is 'Seconds in which nobody speaks.';
comment on column call_fact.longest_silence_s is 'Longest stretch in which nobody speaks, seconds.';
comment on column call_fact.points is 'Points reached as the machine judged, exact; null without a judgement.';
comment on column call_fact.points_possible is 'Points that could be reached, exact.';
comment on column call_fact.passed is 'Whether the call passes.';
comment on column call_fact.flags is 'Findings that are a fault.';
comment on column call_fact.credits is 'Findings that gave points.';
comment on column call_fact.rules_judged is 'Rules that concern the call, those that could not be judged too.';
comment on column call_fact.rules_not_assessable is 'Rules that could not be judged.';
comment on column call_fact.words is 'Words that were read.';
comment on column call_fact.words_uncertain is 'Words with a probability below 0.5.';
comment on column call_fact.turns_s is 'Seconds of all turns.';
comment on column call_fact.turns_unknown_s is 'Seconds of the turns of which nobody knows whose they are.';
comment on column call_fact.role_certainty is 'Mean probability of the turns'' roles by time, 0-1; null without turns.';

create table rule_tally (
    day date not null,
    team varchar,
    agent_id varchar,
    rule_id varchar not null,
    calls integer not null,
    flags integer not null,
    violated integer not null,
    met integer not null,
    missed integer not null,
    clear integer not null,
    not_applicable integer not null,
    not_assessable integer not null,
    points decimal(18, 4) not null,
    points_lost decimal(18, 4) not null
);
alter table rule_tally set sorted by (day, rule_id);

comment on table rule_tally is 'How often each rule came out how, by day and agent, in the judgements that count now.';
comment on column rule_tally.day is 'As call_fact.day.';
comment on column rule_tally.team is 'Team of the agent.';
comment on column rule_tally.agent_id is 'The agent; null if nobody is named. Personal data.';
comment on column rule_tally.rule_id is 'The rule.';
comment on column rule_tally.calls is 'Calls that the rule judged: it concerned them and they could be assessed.';
comment on column rule_tally.flags is 'Findings that are a fault.';
comment on column rule_tally.violated is 'Findings in which a forbidden thing was done.';
comment on column rule_tally.met is 'Findings in which a wanted thing was done.';
comment on column rule_tally.missed is 'Findings in which a wanted thing was not done.';
comment on column rule_tally.clear is 'Findings in which a forbidden thing was looked for and not found.';
comment on column rule_tally.not_applicable is 'Calls that the rule did not concern.';
comment on column rule_tally.not_assessable is 'Calls that could not be judged.';
comment on column rule_tally.points is 'Effect on the scores, exact.';
comment on column rule_tally.points_lost is 'Points that faults cost, exact; not below 0.';

create table fact_refresh (
    refresh_no bigint not null,
    refreshed_at timestamptz not null,
    results_no bigint not null,
    scorings_no bigint not null
);

comment on table fact_refresh is 'How far call_fact and rule_tally follow the results; the greatest number counts.';
comment on column fact_refresh.refresh_no is 'Counts up from 1.';
comment on column fact_refresh.refreshed_at is 'When, UTC.';
comment on column fact_refresh.results_no is 'The last inspection that is in them.';
comment on column fact_refresh.scorings_no is 'The last judgement that is in them.';

create table promise_fact (
    call_id varchar not null,
    promise_no integer not null,
    day date not null,
    team varchar,
    agent_id varchar,
    agent_name varchar,
    kind varchar not null,
    dated boolean not null,
    state varchar not null
);
alter table promise_fact set sorted by (day);

comment on table promise_fact is 'What had become of each promise when the facts were last made.';
comment on column promise_fact.call_id is 'The call.';
comment on column promise_fact.promise_no is 'Place in the call, from 0.';
comment on column promise_fact.day is 'As call_fact.day.';
comment on column promise_fact.team is 'Team of the agent.';
comment on column promise_fact.agent_id is 'The agent; null if nobody is named. Personal data.';
comment on column promise_fact.agent_name is 'Name of the agent. Personal data.';
comment on column promise_fact.kind is 'contact or deed.';
comment on column promise_fact.dated is 'Whether a time was said.';
comment on column promise_fact.state is 'kept, late, broken, open or unverifiable.';

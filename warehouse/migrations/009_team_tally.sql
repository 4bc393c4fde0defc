-- The outcomes of each rule by day and team alone: a tenth and less of `rule_tally`, for questions
-- that name no agent.

create table team_tally (
    day date not null,
    team varchar,
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
alter table team_tally set sorted by (day, rule_id);

insert into team_tally by name
select
    day, team, rule_id,
    sum(calls)::integer as calls,
    sum(flags)::integer as flags,
    sum(violated)::integer as violated,
    sum(met)::integer as met,
    sum(missed)::integer as missed,
    sum(clear)::integer as clear,
    sum(not_applicable)::integer as not_applicable,
    sum(not_assessable)::integer as not_assessable,
    sum(points)::decimal(18, 4) as points,
    sum(points_lost)::decimal(18, 4) as points_lost
from rule_tally
group by day, team, rule_id
order by day, rule_id;

comment on table team_tally is 'How often each rule came out how, by day and team: rule_tally without its agents.';
comment on column team_tally.day is 'As call_fact.day.';
comment on column team_tally.team is 'Team of the agent.';
comment on column team_tally.rule_id is 'The rule.';
comment on column team_tally.calls is 'Calls that the rule judged: it concerned them and they could be assessed.';
comment on column team_tally.flags is 'Findings that are a fault.';
comment on column team_tally.violated is 'Findings in which a forbidden thing was done.';
comment on column team_tally.met is 'Findings in which a wanted thing was done.';
comment on column team_tally.missed is 'Findings in which a wanted thing was not done.';
comment on column team_tally.clear is 'Findings in which a forbidden thing was looked for and not found.';
comment on column team_tally.not_applicable is 'Calls that the rule did not concern.';
comment on column team_tally.not_assessable is 'Calls that could not be judged.';
comment on column team_tally.points is 'Effect on the scores, exact.';
comment on column team_tally.points_lost is 'Points that faults cost, exact; not below 0.';

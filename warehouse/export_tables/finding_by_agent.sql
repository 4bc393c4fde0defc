create table exported.finding_by_agent as
select
    agent_id, team, rule_id, phrasebook_sha256, calls, flags, violated, met, missed, clear,
    not_applicable, not_assessable, points
from lake.finding_by_agent
order by agent_id, team, rule_id, phrasebook_sha256;

comment on table exported.finding_by_agent is 'How often each rule came out how, for each agent.';
comment on column exported.finding_by_agent.agent_id is 'Who spoke for the organisation, by the sidecar. Personal data.';
comment on column exported.finding_by_agent.team is 'Team of the agent.';
comment on column exported.finding_by_agent.rule_id is 'The rule.';
comment on column exported.finding_by_agent.phrasebook_sha256 is 'SHA-256 of the phrasebook''s content, hexadecimal.';
comment on column exported.finding_by_agent.calls is 'Calls that the rule was applied to.';
comment on column exported.finding_by_agent.flags is 'Faults: violated, or a required thing missed.';
comment on column exported.finding_by_agent.violated is 'Findings with the outcome violated.';
comment on column exported.finding_by_agent.met is 'Findings with the outcome met.';
comment on column exported.finding_by_agent.missed is 'Findings with the outcome missed.';
comment on column exported.finding_by_agent.clear is 'Findings with the outcome clear.';
comment on column exported.finding_by_agent.not_applicable is 'Findings with the outcome not_applicable.';
comment on column exported.finding_by_agent.not_assessable is 'Findings with the outcome not_assessable.';
comment on column exported.finding_by_agent.points is 'Sum of the effects on the scores, exact.';

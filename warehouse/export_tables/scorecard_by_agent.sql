create table exported.scorecard_by_agent as
select
    agent_id, team, phrasebook_sha256, calls, passed, points, points_possible, points_mean,
    points_least
from lake.scorecard_by_agent
order by agent_id, team, phrasebook_sha256;

comment on table exported.scorecard_by_agent is 'The scores of each agent.';
comment on column exported.scorecard_by_agent.agent_id is 'Who spoke for the organisation, by the sidecar. Personal data.';
comment on column exported.scorecard_by_agent.team is 'Team of the agent.';
comment on column exported.scorecard_by_agent.phrasebook_sha256 is 'SHA-256 of the phrasebook''s content, hexadecimal.';
comment on column exported.scorecard_by_agent.calls is 'Scored calls.';
comment on column exported.scorecard_by_agent.passed is 'Calls that pass.';
comment on column exported.scorecard_by_agent.points is 'Sum of the points reached, exact.';
comment on column exported.scorecard_by_agent.points_possible is 'Sum of the points that could be reached, exact.';
comment on column exported.scorecard_by_agent.points_mean is 'Points per call.';
comment on column exported.scorecard_by_agent.points_least is 'Points of the lowest call, exact.';

create table exported.finding_by_rule as
select
    rule_id, phrasebook_sha256, calls, flags, violated, met, missed, clear, not_applicable,
    not_assessable, points
from lake.finding_by_rule
order by rule_id, phrasebook_sha256;

comment on table exported.finding_by_rule is 'How often each rule came out how, over all calls.';
comment on column exported.finding_by_rule.rule_id is 'The rule.';
comment on column exported.finding_by_rule.phrasebook_sha256 is 'SHA-256 of the phrasebook''s content, hexadecimal.';
comment on column exported.finding_by_rule.calls is 'Calls that the rule was applied to.';
comment on column exported.finding_by_rule.flags is 'Faults: violated, or a required thing missed.';
comment on column exported.finding_by_rule.violated is 'Findings with the outcome violated.';
comment on column exported.finding_by_rule.met is 'Findings with the outcome met.';
comment on column exported.finding_by_rule.missed is 'Findings with the outcome missed.';
comment on column exported.finding_by_rule.clear is 'Findings with the outcome clear.';
comment on column exported.finding_by_rule.not_applicable is 'Findings with the outcome not_applicable.';
comment on column exported.finding_by_rule.not_assessable is 'Findings with the outcome not_assessable.';
comment on column exported.finding_by_rule.points is 'Sum of the effects on the scores, exact.';

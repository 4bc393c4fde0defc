create table exported.finding as
select
    call_id, rule_id, outcome, probability, points, severity, phrasebook_sha256, flagged,
    finding_no, suggestion, source, reason_code, scoring_id, review
from lake.finding
order by call_id, finding_no;

comment on table exported.finding is 'What the rules say of each call in its latest judgement.';
comment on column exported.finding.call_id is 'The call.';
comment on column exported.finding.rule_id is 'The rule.';
comment on column exported.finding.outcome is 'violated, met, missed, clear, not_applicable or not_assessable.';
comment on column exported.finding.probability is 'Probability that the outcome is true, 0-1.';
comment on column exported.finding.points is 'Effect on the score, exact; 0 if none.';
comment on column exported.finding.severity is 'How grave the rule is.';
comment on column exported.finding.phrasebook_sha256 is 'SHA-256 of the phrasebook''s content, hexadecimal.';
comment on column exported.finding.flagged is 'Whether it is a fault: violated, or a required thing missed.';
comment on column exported.finding.finding_no is 'Place in the judgement, from 0.';
comment on column exported.finding.suggestion is 'What could have been said instead; null if the norm says nothing.';
comment on column exported.finding.source is 'File and line of the norm.';
comment on column exported.finding.reason_code is 'Key of the message that explains the outcome; null if the evidence speaks for itself.';
comment on column exported.finding.scoring_id is 'The judgement.';
comment on column exported.finding.review is 'always, doubt or never: whether people look at it.';

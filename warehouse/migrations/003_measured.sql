-- What a rule of limits measured, so that a finding can say it beside the limit. Findings that were
-- stored before do not know it.

alter table finding_result add column measured double;

comment on column finding_result.measured is 'What the rule measured, in the unit of its measure; null for rules of words, and for findings of before this column.';

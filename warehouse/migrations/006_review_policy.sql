-- Whether people look at a finding, by the rule that it is of. Findings that were stored before do
-- not know it and count as "doubt", as every rule does that says nothing.

alter table finding_result add column review varchar;

comment on column finding_result.review is 'always, doubt or never: whether people look at it; null for findings of before this column, which count as doubt.';

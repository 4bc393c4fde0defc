-- Findings of rules that stay as they are, under the new judgements of their calls; all columns,
-- also those that later schemas add.
-- moved: scoring_id, new_scoring_id; kept_place: rule_id, finding_no in the new phrasebook.
insert into finding_result by name
select
    finding.* replace (
        moved.new_scoring_id as scoring_id, kept_place.finding_no as finding_no
    )
from finding_result as finding
inner join moved on finding.scoring_id = moved.scoring_id
inner join kept_place on finding.rule_id = kept_place.rule_id
where finding.call_id between $first and $last
order by finding.call_id, kept_place.finding_no;

-- The passages of findings that stay as they are, under the new judgements of their calls.
insert into evidence_result by name
select
    evidence.* replace (
        moved.new_scoring_id as scoring_id, kept_place.finding_no as finding_no
    )
from evidence_result as evidence
inner join moved on evidence.scoring_id = moved.scoring_id
inner join kept_place on evidence.rule_id = kept_place.rule_id
where evidence.call_id between $first and $last
order by evidence.call_id, kept_place.finding_no, evidence.evidence_no;

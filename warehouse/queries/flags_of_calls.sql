-- The flags of some calls, with the place of their first evidence.
with wanted as (
    select unnest($call_ids) as call_id
),
place as (
    select evidence_result.scoring_id, evidence_result.call_id, evidence_result.finding_no,
        min(evidence_result.start_s) as start_s
    from evidence_result
    where evidence_result.call_id in (select call_id from wanted)
    group by evidence_result.scoring_id, evidence_result.call_id, evidence_result.finding_no
)
select
    finding.call_id, finding.finding_no, finding.rule_id, finding.probability, finding.severity,
    place.start_s
from finding
left join place
    on finding.call_id = place.call_id
    and finding.scoring_id = place.scoring_id
    and finding.finding_no = place.finding_no
where finding.flagged and finding.call_id in (select call_id from wanted)
order by finding.call_id, finding.finding_no;

-- Findings of some rules in some judgements, with the place and words of their first evidence.
with wanted as (
    select scoring_id, call_id, finding_no, rule_id, outcome, probability, points
    from finding_result
    where call_id between $first and $last
        and scoring_id in (select unnest($scoring_ids))
        and rule_id in (select unnest($rule_ids))
),
passage as (
    select
        scoring_id, call_id, finding_no,
        arg_min(start_s, evidence_no) as start_s, arg_min(end_s, evidence_no) as end_s,
        arg_min(quote, evidence_no) as quote
    from evidence_result
    where call_id between $first and $last
        and scoring_id in (select unnest($scoring_ids))
        and rule_id in (select unnest($rule_ids))
    group by scoring_id, call_id, finding_no
)
select
    wanted.call_id, wanted.rule_id, wanted.outcome, wanted.probability, wanted.points,
    passage.start_s, passage.end_s, passage.quote, wanted.finding_no
from wanted
left join passage
    on wanted.call_id = passage.call_id
    and wanted.scoring_id = passage.scoring_id
    and wanted.finding_no = passage.finding_no
order by wanted.call_id, wanted.finding_no;

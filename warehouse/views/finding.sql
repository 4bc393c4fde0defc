-- What the rules say of each call in its latest judgement.
-- A flag is a fault: a forbidden thing done, or a required thing missed. A credit that was not
-- earned is missed too, but costs nothing and is no flag.
create or replace view finding as
with result as (
    select
        scoring_id, call_id, finding_no, rule_id, outcome, probability, points, severity,
        suggestion, source, reason_code, coalesce(review, 'doubt') as review,
        outcome = 'violated' or (outcome = 'missed' and points < 0) as flagged
    from finding_result
),
judgement as (
    select call_id, scoring_id, phrasebook_sha256
    from scorecard
),
final as (
    select result.*, judgement.phrasebook_sha256
    from result
    inner join judgement
        on result.call_id = judgement.call_id
        and result.scoring_id = judgement.scoring_id
)
select
    call_id, rule_id, outcome, probability, points, severity, phrasebook_sha256, flagged,
    finding_no, suggestion, source, reason_code, scoring_id, review
from final;

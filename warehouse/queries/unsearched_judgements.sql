-- Judgements that were not searched for promises, a few at a time, oldest first.
with scanned as (
    select coalesce(max(stored_no), 0) as stored_no
    from promise_scan
)
select
    scorecard_result.stored_no, scorecard_result.call_id, scorecard_result.result_id,
    scorecard_result.scoring_id
from scorecard_result
cross join scanned
where scorecard_result.stored_no > scanned.stored_no
order by scorecard_result.stored_no
limit $most;

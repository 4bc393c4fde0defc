-- The calls that were inspected or judged since the facts were made, with the days that they were
-- on and are on now.
create or replace temporary table touched_call as
with last as (
    select coalesce(max(results_no), 0) as results_no, coalesce(max(scorings_no), 0) as scorings_no
    from fact_refresh
)
select call_id
from call_result
cross join last
where call_result.stored_no > last.results_no
union
select call_id
from scorecard_result
cross join last
where scorecard_result.stored_no > last.scorings_no;

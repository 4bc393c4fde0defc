-- Which judgement of a call counts: the last one of the inspection that counts.
create or replace view latest_scoring as
with scoring as (
    select call_id, result_id, scoring_id, stored_no
    from scorecard_result
),
ranked as (
    select scoring.call_id, scoring.result_id, scoring.scoring_id, scoring.stored_no
    from scoring
    inner join latest_result
        on scoring.call_id = latest_result.call_id
        and scoring.result_id = latest_result.result_id
),
final as (
    select call_id, result_id, scoring_id
    from ranked
    qualify row_number() over (partition by call_id order by stored_no desc) = 1
)
select call_id, result_id, scoring_id
from final;

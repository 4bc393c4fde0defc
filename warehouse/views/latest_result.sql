-- Which inspection of a call counts: the one stored last, by the order of storing, not by a clock.
create or replace view latest_result as
with result as (
    select call_id, result_id, stored_no
    from call_result
),
final as (
    select call_id, result_id
    from result
    qualify row_number() over (partition by call_id order by stored_no desc) = 1
)
select call_id, result_id
from final;

-- Where the time of one night went, slowest stage first.
with stage as (
    select unnest(call_result.stages, recursive := true)
    from call_result
    inner join latest_result
        on call_result.call_id = latest_result.call_id
        and call_result.result_id = latest_result.result_id
    where call_result.night_id = $night_id
),
final as (
    select stage, sum(elapsed_s) as elapsed_s, max(elapsed_s) as longest_s
    from stage
    group by stage
)
select stage, elapsed_s, longest_s
from final
order by elapsed_s desc, stage;

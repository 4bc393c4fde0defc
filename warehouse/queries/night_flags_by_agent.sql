-- Agents without a flag are listed too: they are good news.
with done as (
    select call_id, agent_id
    from call
    where night_id = $night_id and state = 'done'
),
flag as (
    select call_id, count(*) as flags
    from finding
    where flagged
    group by call_id
),
final as (
    select
        done.agent_id,
        coalesce(sum(flag.flags), 0)::bigint as flags,
        count(*) as calls
    from done
    left join flag on done.call_id = flag.call_id
    group by done.agent_id
)
select agent_id, flags, calls
from final
order by flags desc, agent_id nulls last;

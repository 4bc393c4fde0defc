-- What became of the promises of each group.
select
    case $by
        /* part: keys_of_day_and_team */
        when 'agent' then agent_id
        else 'all'
    end as key,
    case when $by = 'agent' then any_value(agent_name) end as name,
    count(*) as made,
    count(*) filter (where not dated) as undated,
    count(*) filter (where state = 'kept') as kept,
    count(*) filter (where state = 'late') as late,
    count(*) filter (where state = 'broken') as broken,
    count(*) filter (where state = 'open') as still_open,
    count(*) filter (where state = 'unverifiable') as unverifiable
from promise_fact
where /* part: in_days_and_team */
    and ($agent_id is null or agent_id = $agent_id)
group by key
order by key nulls last;

-- What became of the promises of each group.
select
    case $by
        when 'day' then day::varchar
        when 'week' then date_trunc('week', day)::date::varchar
        when 'month' then date_trunc('month', day)::date::varchar
        when 'team' then team
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
where ($since is null or day >= $since)
    and ($until is null or day <= $until)
    and ($team is null or team = $team)
    and ($agent_id is null or agent_id = $agent_id)
group by key
order by key nulls last;

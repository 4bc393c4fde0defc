-- How long nobody speaks in the calls of each group.
select
    case $by
        when 'day' then day::varchar
        when 'week' then date_trunc('week', day)::date::varchar
        when 'month' then date_trunc('month', day)::date::varchar
        when 'team' then team
        when 'agent' then agent_id
        when 'purpose' then purpose
        when 'hour' then hour::varchar
        when 'language' then language
        else 'all'
    end as key,
    case when $by = 'agent' then any_value(agent_name) end as name,
    count(*) as calls,
    avg(duration_s) as duration_mean_s,
    avg(silence_s) as silence_mean_s,
    sum(silence_s) / nullif(sum(duration_s), 0) as silence_share,
    median(longest_silence_s) as longest_median_s,
    quantile_cont(longest_silence_s, 0.9) as longest_ninth_s
from call_fact
where ($since is null or day >= $since)
    and ($until is null or day <= $until)
    and ($team is null or team = $team)
    and ($agent_id is null or agent_id = $agent_id)
    and state = 'done' and silence_s is not null
group by key
order by key nulls last;

-- How long nobody speaks in the calls of each group.
select
    /* part: key_of_call */,
    count(*) as calls,
    avg(duration_s) as duration_mean_s,
    avg(silence_s) as silence_mean_s,
    sum(silence_s) / nullif(sum(duration_s), 0) as silence_share,
    median(longest_silence_s) as longest_median_s,
    quantile_cont(longest_silence_s, 0.9) as longest_ninth_s
from call_fact
where /* part: in_days_and_team */
    and ($agent_id is null or agent_id = $agent_id)
    and state = 'done' and silence_s is not null
group by key
order by key nulls last;

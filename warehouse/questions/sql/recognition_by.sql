-- How surely words and roles were heard in the calls of each group, and how much was not judged.
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
    coalesce(sum(words), 0)::bigint as words,
    coalesce(sum(words_uncertain), 0)::bigint as words_uncertain,
    sum(role_certainty * turns_s) / nullif(sum(turns_s), 0) as role_certainty,
    sum(turns_unknown_s) / nullif(sum(turns_s), 0) as role_unknown_share,
    coalesce(sum(rules_judged), 0)::bigint as rules_judged,
    coalesce(sum(rules_not_assessable), 0)::bigint as rules_not_assessable
from call_fact
where ($since is null or day >= $since)
    and ($until is null or day <= $until)
    and ($team is null or team = $team)
    and ($agent_id is null or agent_id = $agent_id)
    and state = 'done'
group by key
order by key nulls last;

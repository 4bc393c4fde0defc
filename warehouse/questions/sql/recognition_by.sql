-- How surely words and roles were heard in the calls of each group, and how much was not judged.
select
    /* part: key_of_call */,
    count(*) as calls,
    coalesce(sum(words), 0)::bigint as words,
    coalesce(sum(words_uncertain), 0)::bigint as words_uncertain,
    sum(role_certainty * turns_s) / nullif(sum(turns_s), 0) as role_certainty,
    sum(turns_unknown_s) / nullif(sum(turns_s), 0) as role_unknown_share,
    coalesce(sum(rules_judged), 0)::bigint as rules_judged,
    coalesce(sum(rules_not_assessable), 0)::bigint as rules_not_assessable
from call_fact
where /* part: in_days_and_team */
    and ($agent_id is null or agent_id = $agent_id)
    and state = 'done'
group by key
order by key nulls last;

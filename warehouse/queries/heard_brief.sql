-- What was said in some calls, without its times, and how doubtful the words of each turn are.
select
    call_id, role, role_probability, text,
    coalesce(
        list_min(list_transform(words, lambda word: word.probability)), 1
    ) as least_p
from turn_result
where call_id between $first and $last and result_id in (select unnest($result_ids))
order by call_id, turn_no;

-- How often each rule came out how, in each group that names no agent.
select
    case $by
        /* part: keys_of_day_and_team */
        else 'all'
    end as key,
    rule_id,
    /* part: sums_of_rule */
from team_tally
where /* part: in_days_and_team */
    and (len($rules) = 0 or rule_id in (select unnest($rules)))
group by key, rule_id
order by key nulls last, points_lost desc, flags desc, rule_id;

-- The calls behind a point of a plot, those on top that went worst; a row for each call or, where it
-- is asked for rules or promises, for each finding or promise.
with chosen as (
    select
        call_id, result_id, scoring_id, day, hour, agent_id, agent_name, team, purpose, state,
        points, flags
    from call_fact
    where /* part: in_days_and_team */
        and ($agent_id is null or agent_id = $agent_id)
        and ($state is null or state = $state)
        and ($purpose is null or purpose = $purpose)
        and ($hour is null or hour = $hour)
        and (
            case $without
                when 'team' then team is null
                when 'agent' then agent_id is null
                when 'purpose' then purpose is null
                when 'hour' then hour is null
                else true
            end
        )
),
found as (
    select call_id, scoring_id, rule_id, outcome
    from finding_result
    where rule_id in (select unnest($rules)) and outcome in (select unnest($outcomes))
),
listed as (
    select chosen.*, found.rule_id, found.outcome, promise_fact.state as promise
    from chosen
    left join found on chosen.scoring_id = found.scoring_id
    left join promise_fact
        on chosen.call_id = promise_fact.call_id and $promises
    where (len($rules) = 0 or found.rule_id is not null)
        and (not $promises or promise_fact.state is not null)
        and ($promise is null or promise_fact.state = $promise)
),
numbered as (
    select *, count(*) over () as total
    from listed
    order by
        case outcome when 'missed' then 0 when 'violated' then 0 else 1 end,
        flags desc, day desc, call_id, rule_id
    limit $limit offset $offset
)
select
    call_id, day, hour, agent_id, agent_name, team, purpose, state, points, flags, rule_id, outcome,
    promise,
    case when state = 'failed' then (
        select any_value(reason) from call_result where call_result.result_id = numbered.result_id
    ) end as reason,
    total
from numbered;

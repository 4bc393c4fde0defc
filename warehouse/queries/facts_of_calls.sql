-- The figures of the touched calls, as they count now; `local_clock` says by how much the
-- organisation's clock is ahead of UTC, and from when on.
insert into call_fact by name
with chosen as (
    select
        call_id, result_id, night_id, state, reason_code, started_at,
        coalesce(started_at, recorded_at) as known_at, agent_id, agent_name, team, purpose, language,
        duration_s, silence_s, longest_silence_s
    from call
    where call_id in (select call_id from touched_call)
),
local as (
    select chosen.call_id, chosen.known_at + to_seconds(local_clock.offset_s) as known_at
    from chosen
    asof join local_clock on chosen.known_at >= local_clock.from_at
),
judgement as (
    select scorecard.call_id, scoring_id, points, points_possible, passed
    from scorecard
    where call_id in (select call_id from touched_call)
),
found as (
    select
        finding_result.scoring_id,
        count(*) filter (
            where outcome = 'violated' or (outcome = 'missed' and finding_result.points < 0)
        ) as flags,
        count(*) filter (where outcome = 'met' and finding_result.points > 0) as credits,
        count(*) filter (where outcome != 'not_applicable') as rules_judged,
        count(*) filter (where outcome = 'not_assessable') as rules_not_assessable
    from finding_result
    inner join judgement on finding_result.scoring_id = judgement.scoring_id
    group by finding_result.scoring_id
),
heard as (
    select
        turn_result.result_id,
        sum(coalesce(len(words), 0)) as words,
        sum(coalesce(len(list_filter(words, lambda word: word.probability < 0.5)), 0))
            as words_uncertain,
        sum(end_s - start_s) as turns_s,
        coalesce(sum(end_s - start_s) filter (where role = 'unknown'), 0) as turns_unknown_s,
        sum(role_probability * (end_s - start_s)) / nullif(sum(end_s - start_s), 0)
            as role_certainty
    from turn_result
    inner join chosen on turn_result.result_id = chosen.result_id
    group by turn_result.result_id
)
select
    chosen.call_id, chosen.result_id, judgement.scoring_id, chosen.night_id, chosen.state,
    chosen.reason_code,
    local.known_at::date as day,
    case when chosen.started_at is not null then hour(local.known_at)::integer end as hour,
    chosen.agent_id, chosen.agent_name, chosen.team, chosen.purpose, chosen.language,
    chosen.duration_s, chosen.silence_s, chosen.longest_silence_s,
    judgement.points, judgement.points_possible, judgement.passed,
    coalesce(found.flags, 0)::integer as flags,
    coalesce(found.credits, 0)::integer as credits,
    coalesce(found.rules_judged, 0)::integer as rules_judged,
    coalesce(found.rules_not_assessable, 0)::integer as rules_not_assessable,
    coalesce(heard.words, 0)::integer as words,
    coalesce(heard.words_uncertain, 0)::integer as words_uncertain,
    coalesce(heard.turns_s, 0) as turns_s,
    coalesce(heard.turns_unknown_s, 0) as turns_unknown_s,
    heard.role_certainty
from chosen
inner join local on chosen.call_id = local.call_id
left join judgement on chosen.call_id = judgement.call_id
left join found on judgement.scoring_id = found.scoring_id
left join heard on chosen.result_id = heard.result_id
order by day, chosen.call_id;

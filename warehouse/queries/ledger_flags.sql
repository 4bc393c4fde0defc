-- Flags of some rules in calls of a month, with the place and words of the first evidence.
with judged as (
    select
        call_id, agent_id, purpose,
        cast(
            cast(started_at as timestamp) + to_seconds(coalesce(started_at_offset_s, 0)) as date
        ) as day
    from call
    where state = 'done' and agent_id is not null and started_at is not null
),
flag as (
    select call_id, scoring_id, finding_no, rule_id, probability
    from finding
    where flagged and rule_id in (select unnest($rule_ids))
),
passage as (
    select
        call_id, scoring_id, finding_no,
        arg_min(start_s, evidence_no) as start_s, arg_min(quote, evidence_no) as quote
    from evidence
    where rule_id in (select unnest($rule_ids))
    group by call_id, scoring_id, finding_no
)
select
    judged.call_id, judged.agent_id, judged.day, flag.scoring_id, flag.finding_no, flag.rule_id,
    flag.probability, passage.start_s, passage.quote
from judged
inner join flag on judged.call_id = flag.call_id
left join passage
    on flag.call_id = passage.call_id
    and flag.scoring_id = passage.scoring_id
    and flag.finding_no = passage.finding_no
where judged.day >= $first and judged.day <= $last
    and (judged.purpose = 'complaint' or not $complaint_needed)
order by judged.day, judged.call_id, flag.probability desc, flag.finding_no;

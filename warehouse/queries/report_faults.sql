-- The single faults of the report's days with their first passage, the gravest first.
with chosen as (
    select
        report_flag.*, report_call.local_at, report_call.day, report_call.agent_id,
        report_call.agent_name, report_call.team, report_call.purpose
    from report_flag
    inner join report_call on report_flag.scoring_id = report_call.scoring_id
    where report_call.era = 'now' and list_contains($statuses, report_flag.status)
),
passage as (
    select
        scoring_id, finding_no,
        arg_min(start_s, evidence_no) as start_s, arg_min(quote, evidence_no) as quote
    from evidence
    where scoring_id in (select scoring_id from chosen)
    group by scoring_id, finding_no
)
select
    chosen.call_id, chosen.day, chosen.local_at, chosen.agent_id, chosen.agent_name, chosen.team,
    chosen.purpose, chosen.rule_id, chosen.status, chosen.found_by, chosen.points,
    chosen.severity, chosen.probability, chosen.suggestion, chosen.source,
    coalesce(added.start_s, passage.start_s) as start_s,
    coalesce(added.quote, passage.quote) as quote
from chosen
left join passage
    on chosen.scoring_id = passage.scoring_id and chosen.finding_no = passage.finding_no
left join added
    on chosen.scoring_id = added.scoring_id and chosen.finding_no = -added.decision_no
qualify row_number() over (
    partition by case when $per_agent then chosen.agent_id end
    order by chosen.points, chosen.probability desc, chosen.call_id, chosen.finding_no
) <= $most
order by
    case when $per_agent then chosen.agent_id end, chosen.points, chosen.probability desc,
    chosen.call_id, chosen.finding_no;

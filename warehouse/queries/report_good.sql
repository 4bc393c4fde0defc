-- For each agent the good moments of the report's days that earned most, each rule once.
with chosen as (
    select
        finding.call_id, finding.scoring_id, finding.finding_no, finding.rule_id, finding.points,
        finding.probability, report_call.agent_id, report_call.local_at
    from finding
    inner join report_call on finding.scoring_id = report_call.scoring_id
    left join verdict
        on finding.scoring_id = verdict.scoring_id and finding.finding_no = verdict.finding_no
    where report_call.era = 'now' and finding.outcome = 'met' and finding.points > 0
        and not report_call.swapped and coalesce(verdict.verdict, 'confirmed') = 'confirmed'
    qualify row_number() over (
        partition by report_call.agent_id, finding.rule_id
        order by finding.points desc, finding.probability desc, finding.call_id
    ) = 1
),
best as (
    select *
    from chosen
    qualify row_number() over (
        partition by agent_id order by points desc, probability desc, call_id, finding_no
    ) <= $most
)
select
    best.agent_id, best.call_id, best.local_at, best.rule_id, best.points,
    evidence.start_s, evidence.quote
from best
inner join evidence
    on best.scoring_id = evidence.scoring_id and best.finding_no = evidence.finding_no
    and evidence.evidence_no = 0
order by best.agent_id, best.points desc, best.probability desc, best.call_id, best.finding_no;

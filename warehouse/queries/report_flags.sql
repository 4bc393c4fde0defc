-- What speaks against the agents in those calls: flags of the machine with what people said of
-- them, and what people found and the machine did not.
create or replace temporary table report_flag as
with machine as (
    select
        finding.call_id, finding.scoring_id, finding.finding_no, finding.rule_id,
        finding.points, finding.severity, finding.probability, finding.suggestion,
        finding.source, finding.outcome
    from finding
    where finding.flagged and finding.scoring_id in (select scoring_id from report_call)
),
judged as (
    select
        machine.*,
        case
            when report_call.swapped then 'swapped'
            else coalesce(verdict.verdict, 'open')
        end as status
    from machine
    inner join report_call on machine.scoring_id = report_call.scoring_id
    left join verdict
        on machine.scoring_id = verdict.scoring_id
        and machine.finding_no = verdict.finding_no
        and coalesce(verdict.outcome, machine.outcome) = machine.outcome
),
reversed as (
    select
        finding.call_id, finding.scoring_id, finding.finding_no, finding.rule_id,
        known.points, known.severity, 1.0 as probability, finding.suggestion,
        finding.source, 'missed' as outcome, 'confirmed' as status
    from finding
    inner join verdict
        on finding.scoring_id = verdict.scoring_id and finding.finding_no = verdict.finding_no
        and verdict.verdict = 'false'
    inner join known on finding.rule_id = known.rule_id
    inner join report_call on finding.scoring_id = report_call.scoring_id
    where finding.outcome = 'met' and known.points < 0 and not report_call.swapped
),
found as (
    select
        report_call.call_id, added.scoring_id, -added.decision_no as finding_no, added.rule_id,
        known.points, known.severity, 1.0 as probability, known.suggestion,
        known.source, known.outcome, 'confirmed' as status
    from added
    inner join report_call on added.scoring_id = report_call.scoring_id
    inner join known on added.rule_id = known.rule_id
    where known.points <= 0
)
select *, 'machine' as found_by from judged
union all by name
select *, 'person' as found_by from reversed
union all by name
select *, 'person' as found_by from found;

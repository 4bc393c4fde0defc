-- What was found in each call, with the first passage that it rests on; the newest call first.
with chosen as (
    select call_id, started_at, agent_id, agent_name, team, purpose
    from call
    where state = 'done'
        and ($since is null or started_at >= $since)
        and ($until is null or started_at < $until)
        and ($agent_id = '' or agent_id = $agent_id)
        and ($team = '' or team = $team)
        and ($purpose = '' or purpose = $purpose)
),
passage as (
    select call_id, finding_no, start_s, end_s, quote, phrase
    from evidence
    where evidence_no = 0
)
select
    finding.call_id, chosen.started_at, chosen.agent_id, chosen.agent_name, chosen.team,
    chosen.purpose, finding.finding_no, finding.rule_id, finding.outcome, finding.flagged,
    finding.probability, finding.points, finding.severity, passage.start_s, passage.end_s,
    passage.quote, passage.phrase, finding.source, finding.phrasebook_sha256
from finding
inner join chosen on finding.call_id = chosen.call_id
left join passage
    on finding.call_id = passage.call_id and finding.finding_no = passage.finding_no
where ($rule_id = '' or finding.rule_id = $rule_id)
    and ($everything or finding.flagged or finding.outcome = 'met')
order by chosen.started_at desc nulls last, finding.call_id, finding.finding_no;

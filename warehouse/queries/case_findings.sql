-- The findings of some calls that are a fault, or something done well.
select call_id, finding_no, rule_id, flagged
from finding
where call_id in (select unnest($call_ids)) and (flagged or outcome = 'met');

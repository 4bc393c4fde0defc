-- What the machine found to be done in some calls: a person who says that it is false found a fault.
select finding.call_id, finding.finding_no, finding.rule_id
from finding
where finding.outcome = 'met' and finding.call_id in (select unnest($call_ids));

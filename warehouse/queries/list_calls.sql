-- Each call with its score, for lists; the newest first.
select
    call.call_id, call.started_at, call.state, call.reason_code, call.language, call.purpose,
    call.direction, call.agent_id, call.agent_name, call.team, call.duration_s,
    call.agent_talk_s, call.customer_talk_s, call.silence_s, call.longest_silence_s,
    scorecard.points, scorecard.points_possible, scorecard.passed, scorecard.phrasebook_version,
    call.audio_sha256
from call
left join scorecard on call.call_id = scorecard.call_id
where ($since is null or call.started_at >= $since)
    and ($until is null or call.started_at < $until)
    and ($agent_id = '' or call.agent_id = $agent_id)
    and ($team = '' or call.team = $team)
    and ($purpose = '' or call.purpose = $purpose)
order by call.started_at desc nulls last, call.call_id;

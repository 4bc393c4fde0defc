($since is null or day >= $since)
    and ($until is null or day <= $until)
    and ($team is null or team = $team)

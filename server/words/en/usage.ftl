### How often keys are used: the charts on API Keys, and the hint about a retiring pair that is still used.

usage-title = Requests
usage-hour = Last hour
usage-day = Last 24 hours
usage-month = Last 30 days
usage-sum-hour =
    { $count ->
        [one] { $count } request, at most { $top } in one minute
       *[other] { $count } requests, at most { $top } in one minute
    }
usage-sum-day =
    { $count ->
        [one] { $count } request, at most { $top } in half an hour
       *[other] { $count } requests, at most { $top } in half an hour
    }
usage-sum-month =
    { $count ->
        [one] { $count } request, at most { $top } in 24 hours
       *[other] { $count } requests, at most { $top } in 24 hours
    }
usage-none-hour = No request with this key was granted in the last hour.
usage-none-day = No request with this key was granted in the last 24 hours.
usage-none-month = No request with this key was granted in the last 30 days.
usage-numbers = The same numbers in a table
usage-numbers-caption = Granted requests with { $key_id }. What is not listed had none.
usage-granted = Requests

## Where a pair was used from

usage-sources = Where it was last seen
usage-sources-caption = Networks seen in the last 30 days. Every few seconds the latest request leaves its network here, so one that is rarely used may be missing.
usage-first-seen = First seen
usage-last-seen = Last seen

## A retiring pair that is still used

retiring-used-title = A retiring pair is still being used
# $left says how far away the moment is: "in 23 h"; $last how long ago: "2 min ago".
retiring-used = <id>{ $key_id }</id> works until { $until } ({ $left }). The last request with it came { $last } from <mono>{ $source }</mono>.
# A list, such as "192.0.2.1 (40 min ago), 192.0.2.7 (2 h ago)".
retiring-used-others = Since it was replaced it was also seen in: { $others }.
retiring-used-other = { $source } ({ $last })
retiring-used-advice = Put the current pair there before then, or requests from there will be refused.

### Why requests were refused: the page, the card on API Keys, and the hint about an ended pair.

refusals-title = Refused requests
refused-title = Why was a request refused?
refused-some = Whoever sends a request is only told “Authentication failed”. Here is why.
refused-none =
    No request with your { $mode } keys was refused lately. When one is, the true reason stands here. The program that sent it is only told “Authentication failed”.
refusals-all = See all refused requests, with counts and sources
refusals-kept = An entry stays for thirty days after the last request of its kind.
# Names the choice between the keys, for screen readers.
refusals-which = Which key
refusals-all-keys = All keys
refusals-back = API Keys
refusals-key-id = Key Id

## Counts over time

refusals-over-time = How many, and when
refusals-last-hour = The last hour, minute by minute
refusals-last-days = The last two days, hour by hour
refusals-chart-minutes =
    { $count ->
        [one] { $count } request refused, at most { $top } in one minute.
       *[other] { $count } requests refused, at most { $top } in one minute.
    }
refusals-chart-hours =
    { $count ->
        [one] { $count } request refused, at most { $top } in one hour.
       *[other] { $count } requests refused, at most { $top } in one hour.
    }
refusals-numbers = The same numbers in a table
refusals-numbers-caption = What is not listed had none.
refusals-begins = Begins
refusals-refused = Refused

## One reason

refused-times =
    { $times ->
        [one] { $times } time
       *[other] { $times } times
    }
refusals-first = First
refusals-last = Last
refusals-how-often = How often
refusals-often =
    { $times ->
        [one] Once; { $hour } in the last hour, { $day } in the last 24 hours
       *[other] { $times } times; { $hour } in the last hour, { $day } in the last 24 hours
    }
refusals-pair-ended = The pair ended
refusals-from = From
refusals-unknown-address = an unknown address
refusals-source = <mono>{ $address }</mono>
refusals-source-agent = <mono>{ $address }</mono>, calling itself <mono>{ $agent }</mono>
refusals-source-times =
    { $times ->
        [one] once, { $last }
       *[other] { $times } times, last { $last }
    }

## An ended pair that is still used

still-used-title = An ended pair is still being used
still-used-hour =
    { $count ->
        [one] <id>{ $key_id }</id> ended { $ago } and is still used: { $count } request in the last hour, the last { $last } from { $source }.
       *[other] <id>{ $key_id }</id> ended { $ago } and is still used: { $count } requests in the last hour, the last { $last } from { $source }.
    }
still-used-day =
    { $count ->
        [one] <id>{ $key_id }</id> ended { $ago } and is still used: { $count } request in the last 24 hours, the last { $last } from { $source }.
       *[other] <id>{ $key_id }</id> ended { $ago } and is still used: { $count } requests in the last 24 hours, the last { $last } from { $source }.
    }
still-used-advice = Its requests are refused. Put the current pair where this one is used.

## Time

time-ago-moment = less than a minute ago
time-ago-minutes = { $minutes } min ago
time-ago-hours = { $hours } h ago
time-ago-days =
    { $days ->
        [one] { $days } day ago
       *[other] { $days } days ago
    }

## Reasons: what was wrong, and what to do

refused-unknown-key = The Key Id is unknown
refused-unknown-key-advice = Copy it again from this page; case matters.
refused-wrong-secret = The Key Secret is wrong
refused-wrong-secret-advice = It may belong to another pair, or be a webhook secret. If it is lost, regenerate the key.
refused-ended = The pair has ended
refused-ended-advice = Something still uses the old pair. Put the current one there.
refused-expired = The pair has expired
refused-expired-advice = Generate a new one and put it where this one is used.
refused-wrong-mode = A key of the other mode
refused-wrong-mode-advice = The request needed the other mode: a Test key was used for Live, or the other way round.
refused-address = An address that is not allowed
refused-address-advice = The secret was right, but the request came from an address that is not on the key’s list. If the address is yours, add it under Limits; if not, regenerate the key: somebody else has the secret.
refused-quota = The day’s requests were used up
refused-quota-advice = The key has a limit of requests per day. It works again after midnight UTC, or as soon as the limit is raised under Limits.
refused-rate = Too many requests in one second
refused-rate-advice = The key has a limit of requests per second. Wait as long as the answer’s Retry-After says and spread the requests, or raise the limit under Limits.
refused-white-space = White space around the key
refused-white-space-advice = There is a blank or a tab before or after the Key Id or the Key Secret. Trim the value where your program reads it. If it is refused after that too, the value itself is wrong.
refused-newline = A line break around the key
refused-newline-advice = There is a line break before or after the Key Id or the Key Secret. <mono>echo</mono> adds one, and so do many editors at the end of a file: use <mono>printf '%s'</mono>, or trim the value.
refused-quotes = Quotes or a dollar sign in the key
refused-quotes-advice = A variable was not filled in, or quotes were sent as part of the key.
refused-empty-secret = No Key Secret was sent
refused-empty-secret-advice = Send Key Id and Key Secret, joined by a colon.
refused-bearer = Sent as a Bearer token
refused-bearer-advice = Use HTTP Basic: Key Id as user, Key Secret as password.
refused-not-a-secret = The second half is not a Key Secret
refused-not-a-secret-advice = It has characters that no Key Secret has, or it was cut off when it was copied.
refused-not-a-key-id = Key Id and Key Secret are swapped
refused-not-a-key-id-advice = The Key Id stands where the Key Secret belongs. Put the Key Id first.
refused-two-headers = Two Authorization headers
refused-two-headers-advice = The request had more than one Authorization header, so nobody can know which one is meant. Send one.
refused-malformed = The Authorization header is malformed
refused-malformed-advice = Send one header: <mono>Basic</mono>, a blank, and base64 of Key Id, colon, Key Secret.

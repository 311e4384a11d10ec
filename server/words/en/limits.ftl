### Limits of a key: how often, and from where, it may be used.

limits-title = Limits
limits-intro = Limits belong to the key, not to a pair: regenerating resets nothing, and two pairs that work share them.
limits-per-second = Requests per second
limits-per-second-hint = As many at once, then evenly over each second. Empty: any number.
limits-per-day = Requests per day
limits-per-day-hint = Counted from midnight UTC. Empty: any number.
limits-addresses = Allowed addresses
limits-addresses-hint = One address or network a line, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32; at most 64. Empty: from everywhere.
limits-any = Any number
limits-everywhere = From everywhere
limits-today = Today
limits-used-today =
    { $count ->
        [one] { $count } request since midnight UTC
       *[other] { $count } requests since midnight UTC
    }
limits-not-counted = Counted once there is a limit
limits-last-use = Last use of <mono>{ $key }</mono>
limits-changed = Last change
# $who is a person, or limits-by-platform or limits-by-somebody.
limits-changed-by = { $who }, { $at }
limits-by-platform = The platform
limits-by-somebody = Somebody who is no longer here
limits-change = Change limits
limits-effect = What you save holds for the next request. Whoever sends more gets “Too many requests” (429), with the seconds to wait; refused requests do not count.
limits-effect-addresses = Requests from other addresses are refused (403), whatever secret they bring. Compare your list with where the key was used last.
limits-save = Save
limits-saved = The limits were saved. They hold from now on.
limits-raced = Nothing was saved: { $who } changed the limits on { $at }, after you had opened this page. Above is what holds now, below what you typed. Save again if you still want it.
limits-code-needed = Nothing was saved: this needs a one-time password first. What you typed is still here.
limits-get-code = Get a one-time password in a new tab, then come back and save
limits-error-number = Enter a whole number from 1 to { $most }, digits only, or leave it empty.
limits-error-many = Enter at most { $most } addresses and networks. A wider network can stand for several.
limits-error-line = Line { $line } is no address and no network. Write it like 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.
limits-error-host = In line { $line } the address goes on behind the network’s length. Write { $meant } for the whole network, or one address without a length.
# The last step of the line of steps.
step-limits = Change limits

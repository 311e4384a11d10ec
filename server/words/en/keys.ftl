### API Keys: the list, generating, regenerating, deactivating.

keys-title = API Keys
keys-group = Website and app settings
keys-mode = { $mode } mode
keys-none = No { $mode } key yet
keys-none-test =
    A key is a Key Id with a Key Secret. Your server sends both with each request. With Test keys you can try everything, and no real money moves.
keys-none-live =
    A key is a Key Id with a Key Secret. Your server sends both with each request. With Live keys real money moves.
keys-generate = Generate Key
keys-regenerate = Regenerate Key
keys-shown-once = The Key Secret is shown once, right after this. Have a safe place ready for it.
keys-no-pair = No pair of this key works any more. Requests with its old pairs are refused.
keys-ended = Ended pairs ({ $pairs })
keys-ended-newest = Ended pairs (the newest { $pairs })

## The table of pairs

pairs-working = Pairs that work. The Key Secret is never shown again.
pairs-ended = These do not work any more and never will again.
pairs-key-id = Key Id
pairs-created = Created at
pairs-expiry = Expiry
pairs-status = Status
pairs-last-used = Last used
pairs-action = Action
pairs-never = Never
pairs-not-yet = Not yet
pairs-current = Current
pairs-retiring = Retiring
# $left says how far away the moment is: "in 23 h".
pairs-works-until = Works until { $until } ({ $left })
pairs-ended-mark = Ended
pairs-ended-at = { $at }. { $why }
pairs-deactivate-now = { -Deactivate } now
pairs-why-replaced = Regenerated
pairs-why-grace-over = Its 24 hours were over
pairs-why-deactivated = { -Deactivate }d
pairs-why-expired = It expired

## The one time a secret is shown

generated-title = Your new { $mode } key
generated-test = Moves no real money.
generated-live = Moves real money.
generated-once = <strong>The Key Secret is shown only this once.</strong> We keep no copy that anybody could read. Save it now; if it gets lost, regenerate the key.
generated-key-id = Key Id
generated-key-secret = Key Secret
generated-copy-id = Copy Key Id
generated-copy-secret = Copy Key Secret
generated-copied = Copied
generated-id-copied = Key Id copied
generated-secret-copied = Key Secret copied
generated-id-selected = Key Id selected. Copy it with your keyboard.
generated-secret-selected = Key Secret selected. Copy it with your keyboard.
generated-old-retiring = Your old key <mono>{ $key }</mono> works until <strong>{ $until }</strong> ({ $left }). Put the new pair in its place before then.
generated-old-ended = Your old key <mono>{ $key }</mono> stopped working on <strong>{ $at }</strong>. Put the new pair in its place now.
generated-also-ended = The key <mono>{ $key }</mono> was ended too.
generated-stay = Saved the Key Secret? It cannot be shown again. Press Done to leave.
generated-download = Download Key Details
generated-done = Done
generated-code-right = That code was right. Generate your Live key now.
generated-before-title = Done already
generated-before = This form was sent twice, and the first time did it: the new pair is { $key }. If you have not seen its secret, show it now.
generated-before-show = Show the new key
generated-over = That Key Secret can no longer be shown. If it was not saved, regenerate the key.

## Steps above these pages

step-generate = Generate
step-save-key = Save the key
step-choose = Choose
step-save-new-key = Save the new key
step-confirm = Confirm

## Regenerate

regenerate-title = Regenerate { $mode } key
regenerate-question = You get a new Key Id and a new Key Secret in place of <id>{ $key }</id>. When should the old ones stop working?
regenerate-question-named = You get a new Key Id and a new Key Secret in place of <id>{ $key }</id> of <strong>{ $name }</strong>. When should the old ones stop working?
regenerate-when = When the old key stops working
regenerate-now = { -Deactivate } old key immediately
regenerate-now-effect = The moment you press the button, every request with the old key is refused. Choose this when the secret may be known to others.
regenerate-later = { -Deactivate } old key in 24 hours
regenerate-later-effect = Both keys work for exactly 24 hours after you press the button: until <strong>{ $until }</strong> if you press it now. Then every request with the old key is refused. Choose this to change your servers without an outage.
regenerate-later-not = Not possible now: <mono>{ $key }</mono> is still retiring, until { $until } ({ $left }), and only two pairs of a key may work at once.
regenerate-also = Also { -deactivate } { $key } now
regenerate-also-effect = Otherwise it goes on working until { $until }.
regenerate-secret-once = The new Key Secret is shown once, right after this. Have a safe place ready for it.
regenerate-choose = Choose when the old key stops working.
regenerate-open-again = Open the page again.

## Deactivate

deactivate-title = { -Deactivate } { $mode } key
deactivate-effect = The moment you press the button, every request with this key is refused. This cannot be undone.
deactivate-otherwise = Without it, the key works until { $until }.
deactivate-stays = Goes on working

## Who has heard that a key is over

receipt-known-in = Known by { $heard } of { $nodes } nodes, { $ms } ms.
receipt-known = Known by { $heard } of { $nodes } nodes.
receipt-over = Nothing accepts <mono>{ $key }</mono> any more.
receipt-silent = <strong>{ $node }</strong> is silent: it may still accept <mono>{ $key }</mono> until <strong>{ $until }</strong> ({ $left }), if requests reach it.
receipt-then = From then on nothing does, whatever happens. All other nodes refuse it already.
receipt-again = Look again

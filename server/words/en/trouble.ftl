### What is said when something is refused or fails: what happened, what to do. Titles first.

trouble-denied = Permission Denied
trouble-denied-title = Permission Denied. Please contact the owner.
trouble-denied-keys = It depends on the role what somebody may do: API keys are for the owner and the admins, the team is for the owner.
trouble-not-found = Not found
trouble-not-found-sentence = There is no such page here. The address may be mistyped, or what it showed is gone.
trouble-unknown-host = Unknown address
trouble-unknown-host-sentence =
    No dashboard answers under this address. Check the name in the address bar of your browser, or ask whoever gave it to you.
trouble-locked = Your login is locked
trouble-locked-support =
    Too many wrong codes were entered, so nobody can log in as you for now. The owner of your account can unlock you under Manage Team; if you are the owner, contact support. Your API keys go on working.
trouble-locked-no-support =
    Too many wrong codes were entered, so nobody can log in as you for now. The owner of your account can unlock you under Manage Team; if you are the owner, talk to whoever set up your account. Your API keys go on working.
trouble-lost-race = Somebody was faster
trouble-lost-race-sentence =
    This key was regenerated on { $at }, after you had opened the page. Its current Key Id is { $key }. Nothing was changed by your request.
trouble-too-many = Too many requests
# $again says how far away the moment is: "in 20 min".
trouble-too-many-sentence = That was asked for too often. You can try again { $again }.
trouble-unavailable = Not available at the moment
trouble-unavailable-sentence =
    The dashboard cannot reach its database at the moment. Nothing was changed. Try again in a minute. Your API keys go on working meanwhile.
trouble-busy = Busy at the moment
trouble-busy-sentence = Very many people are logging in at the moment. Nothing was done. Try again in a moment.
trouble-failure = That did not work
trouble-failure-sentence = Something went wrong on our side. Before you repeat a change, look whether it was made.
trouble-failure-look = Look at your API keys
trouble-request = Request <mono>{ $request }</mono>
trouble-not-possible = Not possible
trouble-not-possible-title = That is not possible
trouble-generated = There is a key already
trouble-retiring = Two pairs work already
trouble-ended = It has ended already
trouble-held = Live keys wait after a change of number
trouble-outdated = It was changed meanwhile
trouble-live = Not ready for Live keys

## Answers that no handler wrote

trouble-elsewhere = Not sent from here
trouble-elsewhere-sentence =
    Your browser says that another site caused this request, so nothing was done. Open the page here and press its button.
trouble-method = Nothing to see here
trouble-method-sentence =
    This address only takes what a form sends, or only shows a page. Nothing was done. Go back to the page and press its button again.
trouble-too-large = Too much in one form
trouble-too-large-sentence = What was sent is larger than any form of this dashboard. Nothing was done.
trouble-slow = That took too long
trouble-slow-sentence = The request did not arrive in time. Nothing was done. Try again.
trouble-unreadable = That form cannot be read
trouble-unreadable-sentence =
    What was sent is not what this page's form sends. Nothing was done. Open the page again and use its form.

## Refusals, each in one or two sentences

refusal-permission-denied = Permission Denied. Please contact the owner.
refusal-not-found = There is no such thing here.
refusal-wrong-credentials = E-mail or password is not right.
refusal-wrong-password = That password is not right. Enter the one you log in with.
refusal-too-many-attempts = Too many wrong passwords from here. You can try again { $again }.
refusal-locked = Your login is locked after nine wrong codes in a row.
refusal-log-in-first = Log in first.
refusal-step-up-needed = Enter an OTP first; the one before was used or is too old.
refusal-mobile-needed = Verify your mobile number first.
refusal-second-factor-owed = Set up two-factor authentication first; your account asks it of everybody.
refusal-second-factor-required = Your account asks two-factor authentication of everybody, so it cannot be turned off.
refusal-link-over = This link was used already, or is too old, or a newer one was sent.
refusal-code-used = That code was used already. Start again to get a new one.
refusal-code-just-sent =
    { $seconds ->
        [one] A code was sent to this number a moment ago. Use it, or ask for another one in { $seconds } second.
       *[other] A code was sent to this number a moment ago. Use it, or ask for another one in { $seconds } seconds.
    }
# recipient: one number or address. nearby: numbers that differ in their last digits alone. brand: all of us today.
# user, account, new_brand: the same for codes to numbers that are not verified yet. new_nearby reads as nearby does.
refusal-too-many-codes =
    { $limit ->
        [nearby] Too many codes went to numbers like this one. You can ask again { $again }, or use an authenticator app.
        [brand] { -brand-name } has sent as many codes by SMS today as it may. You can ask again { $again }, or use an authenticator app.
        [user] You have had as many codes sent to new numbers today as you may. You can ask again { $again }, or use an authenticator app.
        [account] Your account has had as many codes sent to new numbers today as it may. You can ask again { $again }, or use an authenticator app.
        [new_nearby] Too many codes went to numbers like this one. You can ask again { $again }, or use an authenticator app.
        [new_brand] { -brand-name } has sent as many codes to new numbers today as it may. You can ask again { $again }, or use an authenticator app.
       *[recipient] This number has had as many codes as it may for now. You can ask again { $again }.
    }
refusal-already-generated = This key has a working pair, { $key }. Regenerate it if you need a new secret.
refusal-nothing-to-regenerate = No pair of this key works any more; generate one instead.
refusal-live-both = The account has to be activated and its website or app verified first.
refusal-live-activation = The account has to be activated first.
refusal-live-website = The account's website or app has to be verified first.
refusal-lost-race = The key was changed after you had opened the page. Nothing was changed by your request.
refusal-still-retiring =
    { $key } is still retiring, until { $until }, and only two pairs of a key may work at once. End it early, or choose to end the old key immediately.
refusal-held = Your mobile number was changed a short while ago. In case somebody else did it with a phone of yours, you cannot regenerate Live keys until { $until }. The owner or another Admin can do it now. If a key has leaked, you can { -deactivate } it at once.
refusal-already-ended = { $key } ended on { $at }.
refusal-taken =
    { $field ->
        [email] That e-mail address is taken.
        [name] That name is taken.
       *[other] That is there already.
    }
refusal-limits-changed = Somebody else changed the limits on { $at }. Nothing was done; look at them again.
refusal-outdated = It was changed after you had looked at it. Nothing was done; look at it again.
refusal-not-locked = That member is not locked.
refusal-idempotency-mismatch = That form was used for another request already. Start again.
refusal-secret-gone = { $key } was made, but its secret was to be had for ten minutes only. Regenerate the key to get a new one.

## What to give instead of a field that cannot be what was given
hint-name = Give a name without invisible characters.
hint-mobile = Enter a mobile number with its country code, such as +91 98765 43210.
hint-password-length = Choose a password of 8 to 256 characters. Four or five words make a good one.
hint-password-common = That password is one of the first that somebody would try. Choose another one; four or five words make a good one.
hint-two-factor-off = Two-factor authentication is off already.

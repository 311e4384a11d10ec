### Your Profile and what a member changes about their own login: number, password, two-factor authentication, devices.

profile-you = You
profile-name = Name
profile-email = E-mail address
profile-role = Role
# The role in the account: "Owner of Acme Traders".
profile-role-of = { $role } of { $account }
profile-zone = Time zone
profile-zone-hint = Times follow your browser, or the zone of { -brand-name } without JavaScript.
profile-done-password = Your password was changed. All your other devices were logged out.
profile-done-app-removed = Your authenticator app was removed. All your other devices were logged out.
profile-done-others = All your other devices were logged out.

## The mobile number

profile-mobile = Mobile
profile-mobile-verified = Verified
profile-mobile-not-verified = Not verified
profile-mobile-change = Change mobile number
profile-mobile-add = Add a mobile number
profile-mobile-use = We send one-time codes to it: to log in, and before keys are regenerated.
profile-mobile-use-app = Your authenticator app is asked for codes instead of it.
profile-mobile-verify = Verify a number now. You need one to regenerate keys and for two-factor authentication.
profile-mobile-none = You have no mobile number here. You need none while you use an authenticator app.

## The password

password-label = Password
profile-password = Your password
profile-password-what = You log in with it. Nobody at { -brand-name } knows it or will ask you for it.
profile-password-change = Change password
password-title = Change your password
password-what = All your other devices are logged out when it changes.
password-current = Current password
password-new = New password
password-hint = At least 8 characters. Four or five words make a good one; passwords that everybody tries first are refused.
password-change = Change password
forgot-title = Forgot your password?
forgot-what = Type the e-mail address you log in with. We send you a link that sets a new password.
forgot-send = Send the link
forgot-again = Send it again
forgot-sent = If somebody logs in with { $address }, a link is on its way there. It works once, for 30 minutes.
forgot-sent-next = Nothing there after a few minutes? Look among unwanted mail, or check the address. Only the newest link works.
reset-title = Set a new password
reset-what = All your devices are logged out when you set it. With two-factor authentication, your code is asked for at the next login as always.
reset-set = Set password
reset-over = This link works no more
reset-again = Ask for another link
reset-done = Your new password is set. Log in with it.

## Two-factor authentication

profile-two-factor = Two-factor authentication
profile-two-factor-on = On
profile-two-factor-off = Off
profile-two-factor-is-on = Logging in takes your password and a code sent to your mobile. Having given a code at login, you need no other one to regenerate keys.
profile-two-factor-is-on-app = Logging in takes your password and a code of your authenticator app. Having given a code at login, you need no other one to regenerate keys.
profile-two-factor-is-off = With it, nobody can log in as you with your password alone: each login also takes a code sent to your mobile.
profile-two-factor-is-off-app = With it, nobody can log in as you with your password alone: each login also takes a code of your authenticator app.
profile-two-factor-required = An account you are in asks it of everybody, so it cannot be turned off.
profile-two-factor-hint = We ask for it, and for a code sent to your mobile, before this changes.
profile-two-factor-hint-app = We ask for it, and for a code of your authenticator app, before this changes.
profile-two-factor-none = Verify your mobile number first, or set up an authenticator app.
profile-turn-on = Turn on two-factor
profile-turn-off = Turn off two-factor
profile-app = Authenticator app
profile-app-since = In use since { $since }.
profile-app-none = Stronger than SMS: nobody can take the codes by taking over your number, and they come without a network.
profile-app-set-up = Set up an authenticator app
profile-app-change = Replace or remove the app
profile-backup = Backup codes
profile-backup-left =
    { $left ->
        [0] You have no backup code left. Get new ones.
        [one] You have { $left } backup code left. Each works once in place of a code.
       *[other] You have { $left } backup codes left. Each works once in place of a code.
    }
profile-backup-none = Codes to write down, for the day your phone is gone. Each works once.
profile-backup-get = Get backup codes
profile-backup-renew = Get new backup codes

## The authenticator app

app-title = Authenticator app
app-what = An authenticator app on your phone makes a new code every 30 seconds, without SMS. Any app for one-time passwords will do.
app-begin-title = Set up an authenticator app
app-begin = Set up
app-replace-title = Replace your authenticator app
app-replace-what = The old app works until the first code of the new one is entered.
app-replace = Set up another app
app-remove-title = Remove the app
app-remove-sms = Codes come by SMS to your mobile number again. That is weaker: whoever takes over your number gets them.
app-remove-off = You have no mobile number, so two-factor authentication is turned off with it: logging in takes your password alone.
app-remove = Remove the app
app-remove-password = Password, to remove it
app-scan-title = Set up your authenticator app
app-scan-open = Open the app and choose to add an account.
app-scan-picture = Scan this picture, or type the key below it.
app-scan-code = Type the 6-digit code that the app shows then.
# What the picture is called by screen readers.
app-qr = Picture to scan with your authenticator app; the key below says the same
app-secret = Key to type instead
app-open-here = Open it in an app on this device
app-code-hint = From now on the app is asked at every login. We wait for its first code until { $until }.
app-done = Your authenticator app is set up. It is asked at every login from now on.

## Backup codes

backup-title = Backup codes
backup-what = Ten codes to write down, for the day your phone is gone. Each works once in place of a code of your phone or app.
backup-replaces =
    { $left ->
        [one] You have { $left } code left. It stops working when you get new ones.
       *[other] You have { $left } codes left. They stop working when you get new ones.
    }
backup-draw = Show new backup codes
backup-shown-title = Write these codes down
backup-once = They are shown once. Keep them where nobody else looks, and not on your phone alone.
backup-done = I have written them down

## Setting a second factor up because it is owed

set-up-title = Set up two-factor authentication
set-up-required = { $account } asks two-factor authentication of everybody in it. Choose how, and you can go on.
set-up-reset = Your second factor was reset. Choose a new one, and you can go on.
set-up-app = Use an authenticator app
set-up-app-title = With an authenticator app
set-up-number-title = With your mobile number
set-up-number-known = We send a code to { $number } at every login.
set-up-number-new = We send a code to your mobile number at every login. Verify the number now.

## Devices

profile-sessions = Where you are logged in
profile-this-device = This device
# $address is a network address, $since and $seen are moments.
profile-session = { $address } · since { $since } · last seen { $seen }
profile-end-session = Log out this device
profile-end-others = Log out all other devices

### What letters say: e-mails, and text messages to a mobile. Each is short, says what happened and when, and what to do if it was
### somebody else. A text message that carries a code holds no other digits that look like one.

## What all e-mails share

# The subject of an e-mail.
letters-subject = { -brand-name }: { $heading }
letters-help = Help: { $support }
# Before an address, for readers whose program shows no buttons.
letters-or-open = Or open this address: { $url }
letters-automatic = The { -dashboard-name } sent this e-mail by itself. Answers to it are not read.
letters-not-you =
    If it was not you or your team, log in to the { -dashboard-name }, change your password, and have the keys regenerated that somebody else may have seen.
letters-tell-us = If you did not expect this, tell us at once: { $support }
letters-tell-somebody = If you did not expect this, tell us at once.
letters-ignore = If you do not know what this is about, ignore this e-mail.
letters-log-in = Log in
letters-see-keys = See your API keys
letters-fact = { $name }: { $value }
letters-when = When
letters-key-id = Key Id
letters-new-key-id = New Key Id
letters-old-key-id = Old Key Id
letters-works-until = Works until
letters-last-used = Last used
letters-mobile = Mobile number
letters-account = Account
letters-role = Role
letters-owner = Owner
letters-member = Team member
letters-network-address = Address
letters-browser = Browser
letters-website = Website or app
letters-reason = Reason

## One-time passwords

letters-code-sms =
    { $code } is your { -brand-name } OTP to { $action }. It works until { $until }. Never share it with anyone.
letters-code-heading = Your OTP to { $action }
letters-code-text = { $code } is your OTP to { $action }. It works until { $until }, once.
letters-code-caution = Never share it with anyone. If you did not ask for it, change your password.

# What a code is for, to go after "OTP to".
letters-action-log-in = log in to the { -dashboard-name }
letters-action-generate-live = generate a Live API key
letters-action-regenerate =
    { $mode ->
        [live] regenerate your Live API key
       *[test] regenerate your Test API key
    }
letters-action-deactivate =
    { $mode ->
        [live] { -deactivate } the Live API key ending { $end }
       *[test] { -deactivate } the Test API key ending { $end }
    }
letters-action-change-limits =
    { $mode ->
        [live] change the limits of a Live API key
       *[test] change the limits of a Test API key
    }
letters-action-verify-mobile = verify this mobile number
letters-action-two-factor-on = turn on two-factor authentication
letters-action-two-factor-off = turn off two-factor authentication
letters-action-invite-admin = invite an Admin
letters-action-make-admin = make a member an Admin
letters-action-reset-two-factor = reset a member's two-factor authentication
letters-action-transfer-ownership = transfer the ownership of your account
letters-action-team-two-factor-off = stop requiring two-factor authentication of your team
letters-action-change-mobile = change your mobile number
letters-action-set-up-app = set up your authenticator app
letters-action-change-app = change your authenticator app
letters-action-backup-codes = get new backup codes
letters-action-change-password = change your password

## Keys

letters-generated-heading =
    { $mode ->
        [live] A Live API key was generated
       *[test] A Test API key was generated
    }
letters-generated-text = It works from now on. Its Key Secret was shown once and cannot be shown again.
letters-regenerated-heading =
    { $mode ->
        [live] A Live API key was regenerated
       *[test] A Test API key was regenerated
    }
letters-regenerated-later =
    The old key works until { $until }. Replace it with the new one wherever it is used before then.
letters-regenerated-now = The old key no longer works. Replace it with the new one wherever it is used.
letters-deactivated-heading =
    { $mode ->
        [live] A Live API key was { -deactivate }d
       *[test] A Test API key was { -deactivate }d
    }
letters-deactivated-text = It no longer works. Requests that still use it are refused.
letters-ending-heading =
    { $mode ->
        [live] An old Live API key stops working soon
       *[test] An old Test API key stops working soon
    }
letters-ending-used =
    The old key works until { $until }, and it is still used: the last request with it came on { $at }. Replace it with the new key before then, or those requests will be refused.
letters-ending-unused =
    The old key works until { $until }. Nobody has used it in the last hours; the last request with it came on { $at }.
letters-ending-never-used = The old key works until { $until }. No request has ever been made with it.

## Logins and two-factor authentication

letters-locked-heading = Your login was locked
letters-locked-text = Too many wrong OTPs were entered, so your login to the { -dashboard-name } was locked.
letters-locked-unlock =
    The owner of your account can unlock it. If you are the owner, contact support. API keys keep working.
letters-locked-caution = If it was not you, somebody knows your password: change it once unlocked.
letters-mobile-heading = Your OTPs go to this mobile number now
letters-mobile-text = It was verified for the { -dashboard-name }. A number that was there before no longer counts.
# To the number that was replaced, by SMS.
letters-mobile-sms = { -brand-name }: OTPs for your login now go to another mobile number. If it was not you, contact us at once.
letters-two-factor-on-heading = Two-factor authentication was turned on
letters-two-factor-on-text = From now on a login needs your password and an OTP.
letters-two-factor-off-heading = Two-factor authentication was turned off
letters-two-factor-off-text = From now on a login needs your password alone.
letters-app-removed-heading = Your authenticator app was removed
letters-app-removed-sms = From now on a login needs your password and an OTP sent to your mobile number.
letters-reset-factor-heading = Two-factor authentication was reset
letters-reset-factor-text =
    Your mobile number and your authenticator app no longer count for the { -dashboard-name }, and your sessions were ended.
letters-reset-factor-next = Log in with your password and set up two-factor authentication again.
letters-signed-in-heading = You logged in from a new device
letters-signed-in-text =
    Somebody logged in to the { -dashboard-name } with your password, from a device that was not seen before.
letters-password-heading = Your password was changed
letters-password-text = Your other sessions were ended.
letters-password-not-me = I did not do this
letters-new-password-heading = Set a new password
letters-new-password-text = Somebody, probably you, asked for a new password for the { -dashboard-name }.
letters-new-password-until = The link works once, until { $until }.
letters-new-password-caution = If you did not ask for it, do nothing: your password stays as it is.

## What happened to a member, to the owner of the account

letters-member-mobile-heading = A team member's mobile number was changed
letters-member-mobile-text = Their OTPs go to another number from now on.
letters-member-on-heading = A team member turned on two-factor authentication
letters-member-on-text = Their login needs a password and an OTP from now on.
letters-member-off-heading = A team member turned off two-factor authentication
letters-member-off-text = Their login needs a password alone from now on.
letters-member-reset-heading = A team member's two-factor authentication was reset
letters-member-reset-text = They have to set it up again.
letters-member-locked-heading = A team member was locked
letters-member-locked-text =
    Too many wrong OTPs were entered for their login. You can unlock them under Manage Team. API keys keep working.
letters-member-password-heading = A team member's password was changed
letters-member-password-text = Their other sessions were ended.
letters-member-caution = If they do not know about it, remove them from the team until it is clear.
letters-manage-team = Manage Team

## The team

letters-invited-heading = You are invited to { $account }
letters-invited-text = { $inviter } invites you to the account { $account } on the { -dashboard-name }.
letters-invited-until = The invitation works once, until { $until }.
letters-invited-accept = Accept the invitation
letters-role-heading = Your role in { $account } was changed
letters-role-text = Your role there is { $role } from now on.
letters-removed-heading = You were removed from { $account }
letters-removed-text =
    You can no longer open this account on the { -dashboard-name }. If that is a mistake, ask its owner.
letters-ownership-heading = { $account } has a new owner
letters-ownership-text =
    { $owner } owns the account { $account } from now on. Whoever owned it before is an admin there.

## Activation and website

letters-activated-heading = { $account } was activated
letters-activated-text = The account { $account } is active on the { -dashboard-name }.
letters-returned-heading = { $account } cannot be activated yet
letters-mend = Something has to be mended first. Mend it and submit the details again.
letters-returned-link = See what is missing
letters-website-verified-heading = Your website or app was verified
letters-website-verified-text = It counts for Live Mode from now on.
letters-website-returned-heading = Your website or app could not be verified yet
letters-website-link = Business website details

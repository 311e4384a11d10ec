### Manage Team: members, invitations, the owner; and the accounts that somebody switches between.

team-title = Manage Team
team-members = Members
team-member = Member
team-role = Role
team-two-factor = Two-factor
team-last-seen = Last seen
team-never-seen = Not yet
team-you = (you)
team-on = On
team-off = Off
team-locked = Locked
team-unlock = Unlock
team-manage = Manage
team-rules = Only the owner and admins see and change API keys. Nine wrong codes in a row lock a member; the owner unlocks members, and { -brand-name } unlocks the owner.
team-roles = Roles
team-roles-one = There is one role: { $last }.
team-roles-many = There are { $count } roles: { $first } and { $last }.

## Invitations

team-invite = Invite somebody
team-invite-hint = They get a letter with a link that works once, for seven days. Somebody who logs in at { -brand-name } already accepts with that login.
team-email = Email
team-choose-role = Role
team-role-hint = Admins see and change API keys, so you are asked for a code before you make one. Nobody but you manages the team.
team-send-invitation = Send invitation
team-invitations = Pending invitations
team-invited = Invited
team-status = Status
team-invitation-until = Works until { $until }
team-invitation-over = Expired on { $until }. Send it again for a new link.
team-invitation-held = Not sent yet: it needs a code from you.
team-invitation-dead = Its link is dead: whoever sent it no longer manages the team. Send it again.
team-go-on = Go on
team-send-again = Send again
team-cancel-invitation = Cancel
team-sent = The invitation is on its way.
team-sent-again = A new link is on its way. The old one no longer works.
team-cancelled = The invitation is cancelled. Its link no longer works.
team-in-team = Somebody with this address is in the team already.
team-invited-already = This address is invited already. Send that invitation again, or cancel it first.
team-choose-one = Choose one of the roles.
team-transfer-locked = Their login is locked. Unlock them first.
team-too-many-pending = The account has as many invitations pending, or sent in the last day, as it may: { $most }. Cancel some, or wait until tomorrow.
team-too-often = This invitation was sent a moment ago, or five times in a day. You can send it again { $again }.
# After "You need a code".
team-code-invite = to invite an Admin
team-confirm-invite = Send this invitation?
team-confirm-invite-words = { $email } will be asked to join { $account } as { $role }. Admins generate, see and deactivate API keys.

## One member

team-back = Back to Manage Team
team-email-address = E-mail address
team-change-role = Change the role
team-change-role-hint = It counts from the next page they open.
team-save-role = Save role
team-role-changed = The role is changed. It counts from the next page they open.
# After "You need a code".
team-code-admin = to make a member an Admin
team-make-admin = Make { $name } an Admin?
team-make-admin-words = Admins generate, see and deactivate API keys of { $account }, in both modes.
team-make-admin-button = Make Admin
team-unlock-words = Nine wrong codes in a row have locked this login. Unlock it when you know that it was them.
team-unlocked = The member can log in again.
team-reset = Reset two-factor
team-reset-words = For a lost phone: their mobile number and authenticator app are forgotten, they are logged out everywhere, and set up a new one at their next login.
team-reset-ask = Reset the two-factor of { $name }?
team-reset-button = Reset two-factor now
team-reset-done = Two-factor is reset. The member sets it up anew at the next login.
# After "You need a code".
team-code-reset = to reset a member's two-factor
team-elsewhere = Only { -brand-name } can do this for somebody who is in other accounts too, and for an owner. Ask support.
team-remove = Remove from the team
team-remove-words = { $name } loses access to { $account } with the next page they open. Their login and their other accounts stay.
team-remove-button = Remove { $name }
team-removed = The member is removed. What they had open is closed to them.

## Ownership

team-transfer = Transfer ownership
team-transfer-link = Make { $name } the owner
team-transfer-words = { $name } becomes the owner of { $account }: manages the team, and can remove you. You become an Admin. Only the new owner can undo this.
team-password = Password
team-password-hint = The one you log in with. After it we ask for a code.
team-transfer-go-on = Continue
team-transfer-ask = Make { $name } the owner?
team-transfer-button = Transfer ownership now
team-transfer-number = A transfer needs a code to your mobile or from your authenticator app. <link>Set one up on Your Profile</link> first.
# After "You need a code".
team-code-transfer = to transfer ownership
team-owner-stays = An account always has one owner. Transfer ownership to somebody else first.

## Two-factor of the whole team

team-all-two-factor = Two-factor for the whole team
team-all-on = Everybody needs a second factor to log in. Whoever has none sets it up at the next login.
team-all-off = Members choose for themselves whether logging in takes a code.
team-all-require = Require two-factor of everybody
team-all-no-longer = No longer require it
team-all-ask = No longer require two-factor?
team-all-ask-words = From then on a password alone is enough for members who turn it off.
team-all-first = Turn on two-factor authentication for yourself first, on Your Profile.
# After "You need a code".
team-code-all = to stop requiring two-factor of the team

## Several accounts

account-switch = Switch account
account-leave = Leave this account
account-leave-title = Leave { $account }?
account-leave-words = You lose access to { $account } at once. Only an invitation by its owner brings you back. Your login and your other accounts stay.
account-leave-button = Leave the account
account-closed-title = You are not in this account
account-closed = You are no longer in the account that this page belonged to, or not yet.
account-others = Go to another of your accounts:
account-none = You are in no other account of { -brand-name }.
account-switched-meanwhile = You have switched to another account since that page was opened. Nothing was done. This is { $account } now.

## The page of an invitation

invitation-title = You are invited
invitation-by = { $inviter } invites you to the account { $account }.
invitation-by-brand = { -brand-name } invites you to the account { $account }.
invitation-owner = The account { $account } was opened for you on the { -dashboard-name }.
invitation-until = The link works once, until { $until }.
invitation-email = Your e-mail address for logging in
invitation-name = Your name
invitation-password = Choose a password
invitation-password-hint = 8 characters or more. Four or five words make a good one.
invitation-accept = Accept invitation
invitation-log-in-words = You have a login with this e-mail address. Log in to accept; the link alone never opens it.
invitation-log-in = Log in to accept
invitation-other = You are logged in as { $email }, and this invitation is for another address. Log out, then open the link of your letter again.
invitation-over-title = This invitation is over
invitation-over = The link was used, cancelled, replaced by a later one or is older than seven days. Ask whoever invited you for a new one, or log in if you have accepted already.
